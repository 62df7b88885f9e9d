package dev.estiba.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.number.Abi;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executor's check and Java's answer the same, sentence for sentence, to the same damaged plans. */
class PlanCheckAgreementTest {
    private static final long SEED = Long.getLong("estiba.seed", 7L);
    private static final int ROUNDS = Boolean.getBoolean("estiba.long") ? 500_000 : 20_000;

    @TempDir
    Path directory;

    private Process checker() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the plans here are for x86-64");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/gcc")), "no /usr/bin/gcc to build the executor's check");
        Path sources = Path.of(System.getProperty("estiba.repo", "")).resolve("native");
        Path program = directory.resolve("plan-check");
        List<String> gcc = new ArrayList<>(List.of(
                "/usr/bin/gcc",
                "-std=gnu17",
                "-O1",
                "-D_GNU_SOURCE",
                "-DESTIBA_HOSTED",
                "-fsanitize=address,undefined"));
        gcc.addAll(List.of("-fno-sanitize-recover=all", "-o", program.toString()));
        for (String source : List.of("test/plan_fuzz.c", "test/maker.c", "test/fail.c", "src/plan.c", "src/text.c")) {
            gcc.add(sources.resolve(source).toString());
        }
        Path log = directory.resolve("gcc.log");
        Process compile = new ProcessBuilder(gcc)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(compile.waitFor()).as("gcc: %s", Files.readString(log)).isZero();
        return new ProcessBuilder(program.toString(), "--answer")
                .redirectError(directory.resolve("errors").toFile())
                .start();
    }

    private static String answer(byte[] bytes) {
        try {
            PlanReader.check(bytes, Abi.X86_64);
            return "accepted";
        } catch (PlanFormatException e) {
            return e.getMessage();
        }
    }

    @Test
    void bothAnswerTheSame() throws Exception {
        RandomPlans random = new RandomPlans(SEED, Abi.X86_64);
        List<byte[]> plans = new ArrayList<>();
        plans.add(PlanEncoder.encode(SamplePlans.small(), Abi.X86_64));
        for (int i = 0; i < 40; i++) {
            plans.add(PlanEncoder.encode(random.next(), Abi.X86_64));
        }
        int accepted = 0;
        Process checker = checker();
        try (DataOutputStream to = new DataOutputStream(checker.getOutputStream());
                BufferedReader from =
                        new BufferedReader(new InputStreamReader(checker.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < ROUNDS; i++) {
                byte[] bytes = random.damaged(plans.get(i % plans.size()));
                to.writeInt(Integer.reverseBytes(bytes.length));
                to.write(bytes);
                to.flush();
                String theirs = from.readLine();
                assertThat(theirs)
                        .as("seed %d, round %d, %s", SEED, i, Files.readString(directory.resolve("errors")))
                        .isEqualTo(answer(bytes));
                accepted += theirs.equals("accepted") ? 1 : 0;
            }
        } finally {
            checker.destroy();
        }
        assertThat(accepted).isBetween(ROUNDS / 100, ROUNDS * 99 / 100);
    }
}

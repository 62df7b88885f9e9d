package dev.estiba.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.SystemCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class PlanPrinterTest {
    private static final Path GOLDEN = Path.of(System.getProperty("estiba.repo", ""))
            .resolve("runtime/src/test/resources/dev/estiba/runtime/plan");

    private static String text(Plan plan, int width) {
        return new PlanPrinter(Abi.X86_64, false).text(plan, width);
    }

    private static String json(Plan plan) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new PlanPrinter(Abi.X86_64, false).json(plan, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Compares with the file; {@code -Destiba.update=true} writes it anew, and the difference is for a person to read. */
    private static void golden(String name, String text) throws Exception {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("estiba.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, text);
        }
        List<String> wanted = Files.readAllLines(file);
        List<String> got = text.lines().toList();
        for (int i = 0; i < Math.max(wanted.size(), got.size()); i++) {
            assertThat(i < got.size() ? got.get(i) : "(no more)")
                    .as("%s, line %d (after a wanted change: -Destiba.update=true)", name, i + 1)
                    .isEqualTo(i < wanted.size() ? wanted.get(i) : "(no more)");
        }
    }

    @Test
    void printsASmallPlan() throws Exception {
        golden("small.txt", text(SamplePlans.small(), 100));
    }

    @Test
    void printsASmallPlanAsJson() throws Exception {
        golden("small.json", json(SamplePlans.small()) + "\n");
    }

    @Test
    void printsDockersDefaultContainer() throws Exception {
        // A line a step, without what another step in front of it would change: numbers of steps and registers,
        // offsets.
        String text = text(SamplePlans.docker(), 10_000)
                .replaceAll("data\\+\\d+", "data")
                .replaceAll("write \\d{3,} bytes", "write bytes")
                .replaceAll("\\br\\d+\\b", "R")
                .replaceAll("\\bgo to \\d+", "go on further down")
                .replaceAll("(?m)^ +\\d+  ", "    ")
                .replaceAll(": \\d+ steps", "");
        golden("docker.txt", text);
    }

    @Test
    void everyLineFits() {
        for (int width : List.of(40, 60, 100, 237)) {
            for (Plan plan : List.of(SamplePlans.small(), SamplePlans.docker())) {
                assertThat(text(plan, width).lines()).allMatch(line -> line.codePointCount(0, line.length()) <= width);
            }
        }
        assertThat(text(SamplePlans.small(), 1).lines()).allMatch(line -> line.length() <= 40);
    }

    @Test
    void masksTheEnvironment() {
        Plan plan = SamplePlans.small();
        assertThat(text(plan, 100)).contains("\"SECRET=…\"").doesNotContain("squeamish");
        assertThat(json(plan)).contains("SECRET=…").doesNotContain("squeamish");
        assertThat(new PlanPrinter(Abi.X86_64, true).text(plan, 100)).contains("\"SECRET=squeamish\"");
    }

    @Test
    void masksAVariableWithoutAName() {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER)
                .spawn(
                        "/h",
                        List.of("h"),
                        List.of("squeamish", "=squeamish"),
                        Arg.ZERO,
                        Arg.ZERO,
                        -1,
                        OnFailure.STOP,
                        "hook");
        assertThat(text(plan.build(), 100)).contains("[\"=…\", \"=…\"]").doesNotContain("squeamish");
    }

    @Test
    void spellsWhatWouldActOnATerminal() {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER)
                .run(
                        SystemCall.named("chdir").orElseThrow(),
                        "go to a\u001b[2J\u202eb",
                        plan.string("/a\u001b]0;x\u0007\n\u2028\u0085"));
        String text = text(plan.build(), 200);
        assertThat(text).contains("go to a\\u{1b}[2J\\u{202e}b: chdir(\"/a\\u{1b}]0;x\\u{7}\\u{a}\\u{2028}\\u{85}\")");
        assertThat(text.lines()).hasSize(2);
    }

    @Test
    void printsAnyPlan() throws IOException {
        RandomPlans random = new RandomPlans(11, Abi.ARM64);
        PlanPrinter printer = new PlanPrinter(Abi.ARM64, true);
        for (int i = 0; i < 300; i++) {
            Plan plan = random.next();
            assertThat(printer.text(plan, 80).lines())
                    .as("plan %d", i)
                    .allMatch(line -> line.codePointCount(0, line.length()) <= 80);
            printer.json(plan, new ByteArrayOutputStream());
        }
    }

    /** A reader that has gone is no mistake of the program, and so no unchecked exception. */
    @Test
    void aStreamThatBreaksSaysSoItself() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        assertThatThrownBy(() -> new PlanPrinter(Abi.X86_64, false).json(SamplePlans.docker(), broken))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("broken pipe");
    }

    @Test
    void writesOneJsonObjectAStep() throws Exception {
        Plan plan = SamplePlans.docker();
        List<String> lines = json(plan).lines().toList();
        int steps = 0;
        for (Actor actor : Actor.values()) {
            steps += plan.part(actor).steps().size();
        }
        assertThat(lines).hasSize(steps);
        for (String line : lines) {
            try (JsonParser in = new JsonFactory().createParser(ObjectReadContext.empty(), line)) {
                in.nextToken();
                in.skipChildren();
                assertThat(in.nextToken()).isNull();
            }
        }
    }

    @Test
    void knowsTheDirectoryFlagOfEachMachine() {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER)
                .run(
                        SystemCall.named("openat").orElseThrow(),
                        "open",
                        Arg.of(-100),
                        plan.string("/"),
                        Arg.of(010000000 | 040000));
        assertThat(new PlanPrinter(Abi.ARM64, false).text(plan.build(), 100)).contains("O_DIRECTORY|O_PATH");
        assertThat(new PlanPrinter(Abi.X86_64, false).text(plan.build(), 100)).contains("O_PATH|0x4000");
    }
}

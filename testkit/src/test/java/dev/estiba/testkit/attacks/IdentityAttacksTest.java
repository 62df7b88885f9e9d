package dev.estiba.testkit.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, groups and capabilities that a container gets, and the files of an image that would say something about them. */
@Tag("kernel")
class IdentityAttacksTest {
    private static final String NONE = "0000000000000000";

    @TempDir
    private Path directory = Path.of("/");

    /** A user's name that is a number of another user. */
    @Test
    void cve_2016_3697_aNumberIsNoName() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Bundle bundle = trial.bundle().probe("sleep", "1000");
            Files.writeString(bundle.rootfs().resolve("etc/passwd"), "1000:x:0:0:root:/root:/bin/sh\n");
            String id = trial.running(bundle);
            Answers answers = Answers.parse(trial.place
                    .run("exec", "--user", "1000", id, "/bin/probe", "ids")
                    .succeeds()
                    .output());
            assertThat(answers.of("ids").toString()).contains("1000");
            assertThat(answers.of("ids").number("uid")).isEqualTo(1000);
        }
    }

    @Test
    void cve_2022_24769_cve_2022_29162_nothingIsInheritable() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            notInheritable(trial.answers(trial.bundle().probe("caps")));
            notInheritable(
                    trial.answers(trial.bundle().probe("caps").edit(config -> config.put("process.user.uid", 1000))));
            String id = trial.running(trial.bundle());
            for (List<String> options :
                    List.of(List.<String>of(), List.of("--cap", "CAP_NET_RAW"), List.of("--user", "1000"))) {
                List<String> words = trial.place.command("exec");
                words.addAll(options);
                words.addAll(List.of(id, "/bin/probe", "caps"));
                notInheritable(
                        Answers.parse(trial.place.runProgram(words).succeeds().output()));
            }
        }
    }

    private static void notInheritable(Answers answers) {
        assertThat(answers.of("caps").text("inheritable")).isEqualTo(NONE);
    }

    /** The last one would be "do not change" to setresuid(2), and leave a container root. */
    @ParameterizedTest
    @ValueSource(strings = {"-1", "4294967296", "18446744073709551616", "4294967295"})
    void cve_2024_40635_cve_2026_46680_aUserThatIsNone(String uid) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            for (String field : List.of("uid", "gid")) {
                Bundle bundle = trial.bundle().probe("ids");
                String text = Files.readString(bundle.configFile());
                Files.writeString(
                        bundle.configFile(), text.replaceFirst("\"" + field + "\" *: *0", "\"" + field + "\":" + uid));
                Result result = trial.run(bundle);
                assertThat(result.error())
                        .as("%s %s: %s", field, uid, result.output())
                        .contains("process.user." + field);
                assertThat(result.status()).isEqualTo(1);
            }
        }
    }

    @Test
    void cve_2024_40635_cve_2026_46680_anExecsUserThatIsNone() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            String id = trial.running(trial.bundle());
            for (String user : List.of("4294967295", "0:4294967295", "4294967296", "-1", "1:-1")) {
                Result result = trial.place.run("exec", "--user", user, id, "/bin/probe", "ids");
                assertThat(result.status()).as("%s: %s", user, result.output()).isNotZero();
                assertThat(result.output()).isEmpty();
            }
        }
    }

    @Test
    void theLastUserThatIsOne() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            long last = 4294967294L;
            Answers answers = trial.answers(trial.bundle()
                    .probe("ids")
                    .edit(config -> config.put("process.user.uid", last).put("process.user.gid", last)));
            assertThat(answers.of("ids").number("uid")).isEqualTo(last);
            assertThat(answers.of("ids").number("gid")).isEqualTo(last);
        }
    }

    /** An image's user database is read with a limit, without waiting for a writer, and only when it is a file. */
    @ParameterizedTest
    @CsvSource({"fifo", "directory", "huge", "sparse", "link", "loop", "null"})
    void cve_2024_9676_cve_2026_47262_aUserDatabaseThatIsNone(String kind) throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Bundle bundle = trial.bundle().probe("env");
            Path passwd = bundle.rootfs().resolve("etc/passwd");
            Files.delete(passwd);
            make(kind, passwd, trial);
            long start = System.nanoTime();
            Answers answers = trial.answers(bundle);
            assertThat((System.nanoTime() - start) / 1_000_000)
                    .as("milliseconds")
                    .isLessThan(5000);
            assertThat(answers.of("env").texts("env")).anyMatch(variable -> variable.startsWith("HOME=/"));
            assertThat(answers.of("env").texts("env")).noneMatch(variable -> variable.contains(Trial.SECRET));
        }
    }

    private static void make(String kind, Path file, Trial trial) throws IOException, InterruptedException {
        switch (kind) {
            case "fifo" ->
                assertThat(trial.place
                                .runProgram(List.of("mkfifo", file.toString()))
                                .status())
                        .isZero();
            case "directory" -> Files.createDirectory(file);
            case "huge" -> Files.writeString(file, "user:x:1:1::/home:/bin/sh\n".repeat(400_000));
            case "sparse" -> {
                try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                    sparse.setLength(10L << 30);
                }
            }
            case "link" -> Files.createSymbolicLink(file, trial.canary.resolve("file"));
            case "loop" -> Files.createSymbolicLink(file, Path.of("passwd"));
            default -> Files.createSymbolicLink(file, Path.of("/dev/null"));
        }
    }
}

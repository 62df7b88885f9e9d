package dev.estiba.testkit.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** podman, dockerd and containerd with a runtime in runc's place: each check of testkit/peers/drop-in is a test. */
@Tag("peer")
class DropInTest {
    private static final Pattern RESULT = Pattern.compile("(ok|not ok) \\d+ - (.*)");

    @TempDir
    private Path directory = Path.of("/");

    @TestFactory
    Stream<DynamicTest> oursUnderPodman() throws Exception {
        return drive(ours(), "podman");
    }

    @TestFactory
    Stream<DynamicTest> oursUnderDockerAndContainerd() throws Exception {
        return drive(ours(), "docker", "containerd");
    }

    /**
     * The planner is started here and not by the first conmon, whose child it would be for as long as it lives: conmon is
     * a subreaper and waits for all its children before it ends (its do_exit_command).
     */
    private static Path ours() throws IOException, InterruptedException {
        Path runtime = Path.of(System.getProperty("estiba.home", ""), "bin", "estiba-oci");
        assumeTrue(Files.isExecutable(runtime), runtime + " is not there: run the tests by ./dev test");
        Process first = new ProcessBuilder(runtime.toString(), "list")
                .redirectErrorStream(true)
                .start();
        String words = new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(first.waitFor()).as(words).isZero();
        return runtime;
    }

    /** The check of the checks. */
    @TestFactory
    Stream<DynamicTest> runc() throws Exception {
        assumeTrue(Boolean.parseBoolean(System.getProperty("estiba.peers")), "only ./dev test --peers tests the tests");
        Path runtime = repository().resolve("build/peers/bin/runc");
        assumeTrue(Files.isExecutable(runtime), runtime + " is not there: run testkit/peers/install");
        return drive(runtime, "podman", "docker", "containerd");
    }

    private static Path repository() {
        String told = System.getProperty("estiba.repo");
        assumeTrue(told != null, "estiba.repo is not set: run the tests by ./dev test");
        return Path.of(told);
    }

    private Stream<DynamicTest> drive(Path runtime, String... callers) throws IOException, InterruptedException {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "dockerd and cgroups need root");
        Path output = directory.resolve("tap");
        List<String> command = new ArrayList<>(
                List.of("sh", repository().resolve("testkit/peers/drop-in").toString(), runtime.toString()));
        command.addAll(List.of(callers));
        Process script = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        script.getOutputStream().close();
        if (!script.waitFor(10, TimeUnit.MINUTES)) {
            // SIGTERM, so that its trap ends the daemons.
            script.toHandle().destroy();
            fail("drop-in did not end within ten minutes: " + Files.readString(output));
        }
        List<DynamicTest> tests = read(Files.readAllLines(output));
        assertThat(tests).as("checks in:%n%s", Files.readString(output)).isNotEmpty();
        return tests.stream();
    }

    /** TAP's lines; "# " lines after a failed one say why. */
    private static List<DynamicTest> read(List<String> lines) {
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher result = RESULT.matcher(lines.get(i));
            if (!result.matches()) {
                continue;
            }
            StringBuilder why = new StringBuilder();
            for (int next = i + 1; next < lines.size() && lines.get(next).startsWith("# "); next++) {
                why.append(lines.get(next).substring(2)).append('\n');
            }
            boolean passed = result.group(1).equals("ok");
            tests.add(DynamicTest.dynamicTest(result.group(2), () -> {
                if (!passed) {
                    fail(why.toString());
                }
            }));
        }
        return tests;
    }
}

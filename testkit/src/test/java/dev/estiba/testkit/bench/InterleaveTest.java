package dev.estiba.testkit.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver with runtimes made of shell, which need no root. */
class InterleaveTest {
    @TempDir
    private Path directory = Path.of("/");

    private Path repository = Path.of("/");

    private record Result(int status, String text) {}

    @BeforeEach
    void compile() throws Exception {
        String told = System.getProperty("estiba.repo");
        assumeTrue(told != null, "estiba.repo is not set: run the tests by ./dev test");
        repository = Path.of(told);
        List<String> command = new ArrayList<>(List.of("gcc", "-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Werror"));
        command.addAll(List.of(
                "-fsanitize=address,undefined",
                "-o",
                directory.resolve("driver").toString()));
        try (Stream<Path> sources = Files.list(repository.resolve("bench/src"))) {
            sources.filter(file -> file.toString().endsWith(".c")).forEach(file -> command.add(file.toString()));
        }
        assertThat(run(command)).isEqualTo(new Result(0, ""));
        Files.createDirectory(directory.resolve("rootfs"));
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), text);
    }

    /** A runtime of which {@code $root}, {@code $verb} and {@code $id} are known. */
    private String runtime(String name, String body) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, """
                #!/bin/sh
                root=$2 verb=$3 pid_file=
                for word in "$@"; do
                    [ "$id" != --pid-file ] || pid_file=$word
                    id=$word
                done
                """ + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return name + "=" + file;
    }

    private Result drive(String scenario, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                directory.resolve("driver").toString(),
                scenario,
                "--template",
                repository.resolve("bench/docker-default.json").toString(),
                "--rootfs",
                directory.resolve("rootfs").toString(),
                "--work",
                directory.resolve("work").toString(),
                "--rounds",
                "5"));
        command.addAll(Arrays.asList(options));
        Result result = run(command);
        assertThat(directory.resolve("work")).doesNotExist();
        return result;
    }

    @Test
    void turnsAreMeasuredAndTold() throws Exception {
        Path markdown = directory.resolve("results.md");
        Path samples = directory.resolve("samples.csv");
        Result result = drive(
                "run",
                "--runtime",
                runtime("quick", "exit 0"),
                "--runtime",
                runtime("slow", "sleep 0.05"),
                "--markdown",
                markdown.toString(),
                "--samples",
                samples.toString());
        assertThat(result.status()).as(result.text()).isZero();
        assertThat(result.text()).contains("### run", "5 rounds", "| quick | all |", "| slow | all |");
        assertThat(Files.readString(markdown)).isEqualTo(result.text());
        List<String> times = Files.readAllLines(samples);
        assertThat(times).hasSize(10);
        assertThat(times.stream()
                        .filter(line -> line.startsWith("run,slow,"))
                        .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1))))
                .allSatisfy(time -> assertThat(time).isBetween(50.0, 2000.0));
    }

    /** A program that is started once, and in its lines knows {@code $root}, {@code $bundle} and {@code $id}. */
    private String worker(String name, String body) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, """
                #!/bin/sh
                tab=$(printf '\\t')
                while IFS=$tab read -r root bundle id; do
                """ + body + "\ndone\necho ended >> " + directory.resolve(name + ".log") + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return name + "=" + file;
    }

    @Test
    void aWorkerIsStartedOnceAndTakesItsTurns() throws Exception {
        Path log = directory.resolve("worker.log");
        Result result = drive(
                "in-process",
                "--runtime",
                runtime("quick", "exit 0"),
                "--worker",
                worker("worker", "[ -f \"$bundle/config.json\" ] && echo $$ >> " + log + "; echo 0"));
        assertThat(result.status()).as(result.text()).isZero();
        assertThat(result.text()).contains("### in-process", "| quick | all |", "| worker | all |");
        List<String> lines = Files.readAllLines(log);
        assertThat(lines.removeLast()).isEqualTo("ended");
        // 1,500 before the comparison, three rounds that do not count, five that do.
        assertThat(lines).hasSize(1508);
        assertThat(lines.stream().distinct()).hasSize(1);
    }

    @Test
    void aWorkersFailureEndsTheBench() throws Exception {
        Result failed = drive("in-process", "--worker", worker("bad", "echo 7"));
        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.text()).matches("interleave: bad run of bench-[0-9a-f]{50}0{8} ended with 7: \n");
        Result gone = drive("in-process", "--worker", worker("gone", "exit 0"));
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.text())
                .matches("interleave: gone run of bench-[0-9a-f]{50}0{8} ended with -1: the worker gave no answer\n");
    }

    @Test
    void aWorkerKnowsNothingButRun() throws Exception {
        Result result = drive("exec", "--worker", worker("worker", "echo 0"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.text()).isEqualTo("interleave: the worker worker knows nothing but run\n");
    }

    @Test
    void aFailureEndsTheBench() throws Exception {
        Result result = drive("run", "--runtime", runtime("bad", "echo 'no room' >&2; exit 3"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.text()).matches("interleave: bad run of bench-[0-9a-f]{50}0{8} ended with 3: no room\n\n");
    }

    @Test
    void whatIsLeftBehindEndsTheBench() throws Exception {
        Result result = drive(
                "run",
                "--runtime",
                runtime("dirty", "case $verb in run) mkdir $root/$id ;; delete) rmdir $root/$id ;; esac"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.text())
                .matches(
                        "interleave: dirty left behind after bench-[0-9a-f]{50}0{8}: \\S+/root-dirty/bench-[0-9a-f]{50}0{8}\n");
    }

    @Test
    void aContainerIsWaitedForAsItsSubreaper() throws Exception {
        String body = """
                case $verb in
                    create) sleep 0.2 & echo $! > $pid_file ;;
                    start | delete) ;;
                    *) exit 1 ;;
                esac""";
        Result result = drive("lifecycle", "--runtime", runtime("shell", body));
        assertThat(result.status()).as(result.text()).isZero();
        for (String part : List.of("create", "start", "exit", "delete", "sum")) {
            assertThat(result.text()).contains("| shell | " + part + " |");
        }
    }

    @Test
    void aContainerThatFailsIsNotTakenForATime() throws Exception {
        String body = """
                case $verb in
                    create) sh -c 'sleep 0.2; exit 5' & echo $! > $pid_file ;;
                esac""";
        Result result = drive("lifecycle", "--runtime", runtime("shell", body));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.text()).contains("shell: the container's process ", " ended with 5, or is not our child");
    }

    @Test
    void failuresOfManyAtOnceAreCounted() throws Exception {
        Result result = drive(
                "parallel",
                "--rounds",
                "20",
                "--at-once",
                "4",
                "--runtime",
                runtime("odd", "case $id in *[13579]) exit 1 ;; esac"));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.text()).contains("odd: 10 of 20 failed, 0 left something behind");
    }

    @Test
    void wrongWordsAreRefused() throws Exception {
        assertThat(drive("run", "--runtime", "crun").text()).isEqualTo("interleave: 'crun' is not NAME=PATH\n");
        assertThat(drive("run", "--runtime", "x=sh").text())
                .isEqualTo("interleave: x: 'sh' is not the full path of a program\n");
        assertThat(drive("fly", "--runtime", runtime("x", "")).status()).isEqualTo(64);
        assertThat(drive("run", "--runtime", runtime("x", ""), "--idle", "-1").text())
                .isEqualTo("interleave: '-1' is no number from 0 to 60000\n");
    }
}

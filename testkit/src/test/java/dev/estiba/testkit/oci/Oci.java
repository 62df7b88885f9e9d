package dev.estiba.testkit.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.Bundles;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.bundle.TestCgroups;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One runtime with a root of states of its own, and what a test makes with it. Closing it deletes every container, and
 * fails when something is left: a cgroup, a state directory, a process, a mount.
 */
final class Oci implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int SECONDS = 60;

    private final List<String> prefix = new ArrayList<>();
    private final List<Process> holders = new ArrayList<>();
    private final Path program;
    private final Path directory;
    private final Path states;
    private final List<String> ids = new ArrayList<>();
    private final List<Long> pids = new ArrayList<>();

    /** What a call has ended with; {@code error} without the time before each line. */
    record Result(int status, String output, String error) {
        Result succeeds() {
            assertThat(status).as(error).isZero();
            return this;
        }

        /** That exact sentence, once, is all it says. */
        void fails(String sentence) {
            assertThat(error).isEqualTo(sentence + "\n");
            assertThat(status).isEqualTo(1);
        }
    }

    private Oci(Path program, Path directory, Path states, List<String> prefix) {
        this.program = program;
        this.directory = directory;
        this.states = states;
        this.prefix.addAll(prefix);
    }

    /** @param runtime "estiba-oci", or the name of a peer */
    static Oci of(String runtime, Path directory) throws IOException {
        assumeTrue(Files.isWritable(Path.of("/sys/fs/cgroup")), "cgroups of this machine are not ours: root is needed");
        Path own = Files.createDirectory(directory.resolve(runtime));
        return new Oci(program(runtime), own, Files.createDirectory(own.resolve("states")), List.of());
    }

    /**
     * estiba-oci where /sys/fs/cgroup is version 2's tree alone: this machine's own, or that of a hybrid host in a mount
     * namespace of the test's. There it has no controllers, but everything else.
     */
    static Oci unified(Path directory) throws IOException {
        Oci oci = of("estiba-oci", directory);
        if (!Files.exists(ROOT.resolve("cgroup.controllers"))) {
            assumeTrue(Files.exists(ROOT.resolve("unified/cgroup.procs")), "this machine has no version 2 tree");
            oci.enterUnified();
        }
        return oci;
    }

    private void enterUnified() throws IOException {
        Process holder = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount --bind /sys/fs/cgroup/unified /sys/fs/cgroup && echo there && exec cat >/dev/null")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        holders.add(holder);
        assumeTrue("there".equals(holder.inputReader().readLine()), "nothing can be mounted here");
        prefix.addAll(List.of("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt", "--wd=" + directory, "--"));
    }

    /** Where version 2's tree is. */
    static Path unifiedTree() {
        return Files.exists(ROOT.resolve("cgroup.controllers")) ? ROOT : ROOT.resolve("unified");
    }

    /** A file of a container's version 2 group. */
    static Path unifiedFile(String id, String file) {
        return unifiedTree().resolve("estiba-test").resolve(id).resolve(file);
    }

    private static Path program(String runtime) {
        boolean ours = runtime.equals("estiba-oci");
        String home = System.getProperty(ours ? "estiba.home" : "estiba.repo");
        assumeTrue(home != null, "estiba.home is not set: run the tests by ./dev test");
        Path program = Path.of(home).resolve(ours ? "bin/estiba-oci" : "build/peers/bin/" + runtime);
        assumeTrue(Files.isExecutable(program), program + " is not there");
        return program;
    }

    /** The runtimes that tests of what runc defines run on. */
    static Stream<String> runtimes() {
        return Boolean.getBoolean("estiba.peers") ? Stream.of("estiba-oci", "runc") : Stream.of("estiba-oci");
    }

    Path states() {
        return states;
    }

    /** A name that no other test has. */
    String newId() {
        String id = "oci-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        ids.add(id);
        return id;
    }

    /** Docker's default container, with the probe sleeping in it. */
    Bundle bundle(String id) throws IOException {
        return Bundles.ofRepository(Path.of(System.getProperty("estiba.repo", ".")))
                .docker(directory.resolve("bundle-" + id), id)
                .probe("sleep", "1000");
    }

    /** A created container. */
    String create() throws IOException, InterruptedException {
        String id = newId();
        create(bundle(id));
        return id;
    }

    void create(Bundle bundle) throws IOException, InterruptedException {
        run("create", "--bundle", bundle.directory().toString(), bundle.id()).succeeds();
        pids.add(state(bundle.id()).number("pid"));
    }

    /** A running container. */
    String running() throws IOException, InterruptedException {
        String id = create();
        run("start", id).succeeds();
        return id;
    }

    JsonObject state(String id) throws IOException, InterruptedException {
        return JsonObject.parse(run("state", id).succeeds().output());
    }

    String status(String id) throws IOException, InterruptedException {
        return state(id).text("status");
    }

    /** Waits until it has that status; a signal's effect takes its time. */
    void becomes(String id, String status) throws IOException, InterruptedException {
        for (int i = 0; i < 100 && !status(id).equals(status); i++) {
            Thread.sleep(20);
        }
        assertThat(status(id)).isEqualTo(status);
    }

    Result run(String... words) throws IOException, InterruptedException {
        return run(Optional.empty(), words);
    }

    /** The same runtime and states, started by a program that takes its words behind its own. */
    Result behind(Path other, String... words) throws IOException, InterruptedException {
        Oci behind = new Oci(program, directory, states, List.of(other.toString()));
        return behind.run(Optional.empty(), words);
    }

    /** With {@code input} on its standard input. */
    Result run(Optional<String> input, String... words) throws IOException, InterruptedException {
        Path in = Files.createTempFile(directory, "in", "");
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        Files.writeString(in, input.orElse(""));
        Process process = start(in, out, err, words);
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", words) + " did not end within a minute");
        }
        String error = Files.readString(err).replaceAll("(?m)^time=\"[^\"]*\" level=error msg=\"(.*)\"$", "$1");
        return new Result(
                process.exitValue(), Files.readString(out, StandardCharsets.UTF_8), error.replace("\\\"", "\""));
    }

    /** Files and not pipes: a container's init inherits them, and a pipe would keep its reader waiting. */
    Process start(Path in, Path out, Path err, String... words) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(program.toString(), "--root", states.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return builder.start();
    }

    /** A file of one of a container's version 1 groups. */
    static Path groupFile(String controller, String id, String file) {
        return Path.of("/sys/fs/cgroup", controller, "estiba-test", id, file);
    }

    static String group(String controller, String id, String file) throws IOException {
        return Files.readString(groupFile(controller, id, file)).strip();
    }

    @Override
    public void close() throws IOException {
        try {
            for (String id : ids) {
                run("delete", "--force", id);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        holders.forEach(Process::destroy);
        for (String id : ids) {
            assertThat(TestCgroups.leftBy(id)).as("cgroups of %s", id).isEmpty();
            assertThat(states.resolve(id)).doesNotExist();
        }
        for (long pid : pids) {
            assertThat(alive(pid)).as("process %d", pid).isFalse();
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
        TestCgroups.removeEmptyParents();
    }

    /** A zombie is not alive: whoever adopted it reaps it when it likes. */
    static boolean alive(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (NoSuchFileException gone) {
            return false;
        }
    }
}

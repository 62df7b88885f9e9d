package dev.estiba.testkit.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.testkit.bundle.Answers;
import dev.estiba.testkit.bundle.Bundle;
import dev.estiba.testkit.bundle.JsonObject;
import dev.estiba.testkit.faults.Place;
import dev.estiba.testkit.faults.Place.Begun;
import dev.estiba.testkit.faults.Place.Result;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors, directories and programs of the host, within reach of a container. */
@Tag("kernel")
class DescriptorAttacksTest {
    private static final int DESCRIPTORS = 40;
    private static final long CLOSE_ON_EXEC = 02000000;
    private static final String OUTSIDE =
            "current working directory is outside of container mount namespace root -- possible container breakout detected";

    @TempDir
    private Path directory = Path.of("/");

    /** Only what is inside of the root can be a working directory, whatever descriptor it is reached through. */
    private static void inside(Result result, String cwd, String prefix) {
        if (result.status() == 0) {
            Answers answers = Answers.parse(result.output());
            assertThat(answers.of("climb").list("escapes")).as(cwd).isEmpty();
            assertThat(answers.of("cwd").text("path")).as(cwd).startsWith("/");
            return;
        }
        assertThat(result.error().strip())
                .isIn(
                        prefix + OUTSIDE,
                        prefix + "chdir to cwd (\"" + cwd + "\") set in config.json failed: no such file or directory",
                        prefix + "chdir to cwd (\"" + cwd + "\") set in config.json failed: not a directory",
                        prefix + "chdir to cwd (\"" + cwd + "\") set in config.json failed: permission denied");
    }

    @Test
    void cve_2024_21626_workingDirectoryByDescriptor() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            for (int n = 0; n <= DESCRIPTORS; n++) {
                String cwd = "/proc/self/fd/" + n;
                Bundle bundle =
                        trial.bundle().probe("cwd", "--", "climb").edit(config -> config.put("process.cwd", cwd));
                inside(trial.place.runProgram(trial.withLeaks(trial.command(bundle))), cwd, Trial.INIT_FAILED);
            }
        }
    }

    @Test
    void cve_2024_21626_workingDirectoryOfAnExec() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            String id = trial.running(trial.bundle());
            for (int n = 0; n <= DESCRIPTORS; n++) {
                String cwd = "/proc/self/fd/" + n;
                List<String> exec = trial.place.command("exec", "--cwd", cwd, id, "/bin/probe", "cwd", "--", "climb");
                inside(
                        trial.place.runProgram(trial.withLeaks(exec)),
                        cwd,
                        "exec failed: unable to start container process: ");
            }
        }
    }

    @Test
    void cve_2024_21626_nothingOfTheCallersIsPassedOn() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Result run = trial.place.runProgram(
                    trial.withLeaks(trial.command(trial.bundle().probe("fds", "--", "climb"))));
            onlyStdio(Answers.parse(run.succeeds().output()));
            String id = trial.running(trial.bundle());
            Result exec = trial.place.runProgram(
                    trial.withLeaks(trial.place.command("exec", id, "/bin/probe", "fds", "--", "climb")));
            onlyStdio(Answers.parse(exec.succeeds().output()));
        }
    }

    private static void onlyStdio(Answers answers) {
        assertThat(answers.of("fds").objects("fds").stream().map(fd -> fd.number("fd")))
                .containsExactly(0L, 1L, 2L);
        assertThat(answers.of("climb").list("escapes")).isEmpty();
    }

    /** Who waits at the gate may be looked into: it has let go of everything but the gate and its socket. */
    @Test
    void cve_2024_21626_descriptorsInCreatedState() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Bundle bundle = trial.bundle();
            trial.place
                    .runProgram(trial.withLeaks(trial.place.command(
                            "create", "--bundle", bundle.directory().toString(), bundle.id())))
                    .succeeds();
            Path init = Path.of("/proc/" + trial.init(bundle.id()));
            List<String> passedOn = new ArrayList<>();
            List<String> held = new ArrayList<>();
            try (DirectoryStream<Path> all = Files.newDirectoryStream(init.resolve("fdinfo"))) {
                for (Path info : all) {
                    boolean stdio = Integer.parseInt(info.getFileName().toString()) <= 2;
                    if (!stdio) {
                        held.add(Files.readSymbolicLink(init.resolve("fd").resolve(info.getFileName()))
                                .toString()
                                .replaceFirst("(socket:).*|.*/(exec\\.fifo)", "$1$2"));
                    }
                    if (!stdio && (flags(info) & CLOSE_ON_EXEC) == 0) {
                        passedOn.add(info.getFileName().toString());
                    }
                }
            }
            assertThat(passedOn).isEmpty();
            assertThat(held).containsExactlyInAnyOrder("exec.fifo", "socket:");
            assertThat(Files.readSymbolicLink(init.resolve("exe")).toString()).matches("/memfd:.*|/estiba");
        }
    }

    /**
     * The copy that many containers' processes are executed from, as root in one of them would have it: neither its bytes
     * nor who may execute it, nor as whom, can be changed for those that come after. (A sealed memfd's could.)
     */
    @Test
    void cve_2019_5736_thePlannersCopyIsNobodysToChange() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Path exe = Path.of("/");
            for (int i = 0; i < 3; i++) { // the first may have started the planner, and have a copy of its own
                Bundle bundle = trial.bundle();
                trial.place
                        .run("create", "--bundle", bundle.directory().toString(), bundle.id())
                        .succeeds();
                exe = Path.of("/proc/" + trial.init(bundle.id()) + "/exe");
            }
            Path copy = exe;
            assertThat(Files.readSymbolicLink(copy)).hasToString("/estiba");
            for (ThrowingCallable change : List.<ThrowingCallable>of(
                    () -> Files.newByteChannel(copy, StandardOpenOption.WRITE).close(),
                    () -> Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------")),
                    () -> Files.setAttribute(copy, "unix:uid", 1000),
                    () -> Files.setLastModifiedTime(copy, FileTime.fromMillis(0)))) {
                assertThatThrownBy(change)
                        .isInstanceOf(FileSystemException.class)
                        .hasMessageContaining("Read-only");
            }
        }
    }

    /** proc_pid_fdinfo(5): in octal. */
    private static long flags(Path fdinfo) throws IOException {
        return Files.readAllLines(fdinfo).stream()
                .filter(line -> line.startsWith("flags:"))
                .mapToLong(
                        line -> Long.parseLong(line.substring("flags:".length()).strip(), 8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void cve_2019_5736_theRuntimeAsInterpreter() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Path program = Path.of(System.getProperty("estiba.home"), "bin/estiba-oci");
            String before = digest(program);
            Bundle bundle = trial.bundle().args("/bin/evil");
            Path evil = bundle.rootfs().resolve("bin/evil");
            Files.writeString(evil, "#!/proc/self/exe\n");
            Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
            // The kernel resolves the interpreter in the process that executes it: the sealed copy runs once more, as
            // a command of its own in the container, which it does not know.
            Result result = trial.run(bundle);
            assertThat(result.status()).as(result.error()).isNotZero();
            assertThat(digest(program)).isEqualTo(before);
        }
    }

    @Test
    void cve_2019_5736_theRuntimesExecutableIsNeverWritable() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Path program = Path.of(System.getProperty("estiba.home"), "bin/estiba-oci");
            String before = digest(program);
            Bundle bundle = tracing(trial.bundle().probe("open-host-exe", "2"));
            Begun watch = trial.place.begin(trial.command(bundle));
            int execs = 0;
            while (watch.process().isAlive()) {
                // Before the watcher is there and when it has ended, there is nothing to enter.
                execs += trial.place
                                        .run("exec", bundle.id(), "/bin/probe", "true")
                                        .status()
                                == 0
                        ? 1
                        : 0;
            }
            List<JsonObject> foreign = Answers.parse(
                            trial.place.end(watch).succeeds().output())
                    .all()
                    .stream()
                    .filter(answer -> answer.has("foreign"))
                    .findFirst()
                    .orElseThrow()
                    .objects("foreign");
            assertThat(execs).isGreaterThan(10);
            assertThat(foreign).as("executables that were seen").isNotEmpty();
            // A call's own sealed copy: it opens for writing when nobody executes it any more, and its seals refuse the
            // write (memfd_create(2), F_SEAL_WRITE); no later call is made of it. Or the planner's, of which later ones
            // are
            // made: its file system is read-only.
            assertThat(foreign)
                    .allSatisfy(one -> assertThat(one.text("target") + " " + one.text("write"))
                            .containsPattern("^/memfd:|^/estiba EROFS$"));
            assertThat(digest(program)).isEqualTo(before);
        }
    }

    @Test
    void cve_2016_9962_aTracingContainerSeesNoDescriptorOfTheHost() throws Exception {
        try (Trial trial = Trial.open(directory)) {
            Bundle bundle = tracing(trial.bundle().args("/bin/watcher", "2"));
            Path watcher = bundle.rootfs().resolve("bin/watcher");
            Files.copy(Place.tool("watcher"), watcher);
            Files.setPosixFilePermissions(watcher, PosixFilePermissions.fromString("rwxr-xr-x"));
            Begun watch = trial.place.begin(trial.withLeaks(trial.command(bundle)));
            int execs = 0;
            while (watch.process().isAlive()) {
                List<String> exec = trial.place.command("exec", bundle.id(), "/bin/probe", "true");
                execs += trial.place.runProgram(trial.withLeaks(exec)).status() == 0 ? 1 : 0;
            }
            List<String> said =
                    trial.place.end(watch).succeeds().output().lines().toList();
            assertThat(execs).isGreaterThan(10);
            assertThat(said.getFirst()).isEqualTo("watching");
            assertThat(said.subList(1, said.size() - 2))
                    .as("descriptors of the host")
                    .isEmpty();
            assertThat(said.get(said.size() - 2)).matches("looked [1-9]\\d*");
        }
    }

    /** One that may look into every process that it sees. */
    private static Bundle tracing(Bundle bundle) throws IOException {
        return bundle.edit(config -> {
            for (String set : List.of("bounding", "effective", "permitted")) {
                config.add("process.capabilities." + set, "CAP_SYS_PTRACE");
            }
            config.remove("linux.seccomp");
        });
    }

    private static String digest(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}

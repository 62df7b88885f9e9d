package dev.estiba.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.Signal;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.oci.runtime.ConfigWriter;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.User;
import dev.estiba.runtime.example.FiveLines;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of the library, on this kernel. After each test nothing of them may be left. */
@Tag("kernel")
class ContainersKernelTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private final List<String> ids = new ArrayList<>();
    private Containers containers;

    @BeforeAll
    static void makeRootfs() throws Exception {
        rootfs = Guest.rootfs(shared);
    }

    @BeforeEach
    void open() throws Exception {
        containers = Containers.in(directory.resolve("states"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(containers.ids()).isEmpty();
        for (String id : ids) {
            assertThat(Guest.cgroups(id)).isEmpty();
        }
    }

    private String id() {
        String id = "lib-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        ids.add(id);
        return id;
    }

    private static Spec guest(String... words) {
        List<String> args = new ArrayList<>(List.of(Guest.PROGRAM));
        args.addAll(List.of(words));
        return Spec.of(rootfs).args(args.toArray(String[]::new));
    }

    /** What a container prints; it must end with 0. */
    private String output(Spec spec) throws Exception {
        try (Pipe pipe = Pipe.open("output")) {
            assertThat(containers.run(id(), spec, Stdio.none().withOutput(pipe.writer())))
                    .isZero();
            pipe.writer().close();
            return new String(FileBytes.readAll(pipe.reader(), 1 << 20), StandardCharsets.UTF_8);
        }
    }

    /** A running container that is ready for SIGTERM. */
    private Container waiting() throws Exception {
        try (Pipe pipe = Pipe.open("output")) {
            Container made = containers.create(id(), guest("wait"), Stdio.none().withOutput(pipe.writer()));
            pipe.writer().close();
            made.start();
            assertThat(FileBytes.readSome(pipe.reader(), 100))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("ready\n");
            return made;
        }
    }

    private static void fails(ThrowingCallable call, ErrorCode code, Optional<Errno> errno, String sentence) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ContainerException.class, e -> {
            assertThat(e.sentence()).isEqualTo(sentence);
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.errno()).isEqualTo(errno);
        });
    }

    @Test
    void theExampleRuns() throws Exception {
        Path bundle = Files.createDirectory(directory.resolve("bundle"));
        Files.write(
                bundle.resolve("config.json"),
                ConfigWriter.write(guest("exit", "3").config("first"), Layout.TABS));
        ids.addAll(List.of("first", "second"));
        assertThat(FiveLines.run(directory.resolve("states"), bundle, rootfs, Guest.PROGRAM, "exit", "4"))
                .containsExactly(3, 4);
    }

    @Test
    void aStatusIsTheProgramsOwn() throws Exception {
        assertThat(containers.run(id(), guest("exit", "0"), Stdio.none())).isZero();
        assertThat(containers.run(id(), guest("exit", "255"), Stdio.none())).isEqualTo(255);
        // 125 to 127 and 1 are what runtimes say for themselves: here they cannot be mistaken.
        assertThat(containers.run(id(), guest("exit", "1"), Stdio.none())).isEqualTo(1);
    }

    @Test
    void stdioGoesWhereItIsSent() throws Exception {
        assertThat(output(guest("say", "hello"))).isEqualTo("hello\n");
        try (Pipe in = Pipe.open("input");
                Pipe out = Pipe.open("output")) {
            FileBytes.writeAll(in.writer(), "from outside".getBytes(StandardCharsets.UTF_8));
            in.writer().close();
            Stdio stdio = Stdio.none().withInput(in.reader()).withOutput(out.writer());
            assertThat(containers.run(id(), guest("cat"), stdio)).isZero();
            out.writer().close();
            assertThat(FileBytes.readAll(out.reader(), 100))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("from outside");
        }
    }

    @Test
    void homeIsTheContainersOwn() throws Exception {
        assertThat(output(guest("env", "HOME"))).isEqualTo("/lodging/of/root\n");
        assertThat(output(guest("env", "HOME").env("HOME=/elsewhere"))).isEqualTo("/elsewhere\n");
        try (Container container = waiting();
                Pipe pipe = Pipe.open("output")) {
            Stdio stdio = Stdio.none().withOutput(pipe.writer());
            assertThat(container.exec(stdio, Guest.PROGRAM, "env", "HOME")).isZero();
            pipe.writer().close();
            assertThat(FileBytes.readAll(pipe.reader(), 100))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("/lodging/of/root\n");
        }
    }

    @Test
    void noDescriptorOfThisJvmGetsIn() throws Exception {
        // A JDK's sockets are not close-on-exec.
        try (ServerSocket socket = new ServerSocket(0);
                Fd memory = Memfd.data("memory", new byte[1])) {
            assertThat(socket.isBound()).isTrue();
            assertThat(memory.isOpen()).isTrue();
            assertThat(output(guest("descriptors"))).isEqualTo("0 1 2 ");
            try (Container container = waiting();
                    Pipe pipe = Pipe.open("output")) {
                Stdio stdio = Stdio.none().withOutput(pipe.writer());
                assertThat(container.exec(stdio, Guest.PROGRAM, "descriptors")).isZero();
                pipe.writer().close();
                assertThat(FileBytes.readAll(pipe.reader(), 100))
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("0 1 2 ");
            }
        }
    }

    @Test
    void noSignalIsBlockedOrIgnored() throws Exception {
        List<String> signals = output(guest("cat", "/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("SigBlk") || line.startsWith("SigIgn"))
                .toList();
        assertThat(signals).containsExactly("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
    }

    @Test
    void aLifeStepByStep() throws Exception {
        Path pidDirectory;
        try (Container container = containers.create(id(), guest("wait"), Stdio.none())) {
            pidDirectory = Path.of("/proc", Integer.toString(container.pid()));
            assertThat(pidDirectory).exists();
            ContainerState created = container.state();
            assertThat(created.status()).isEqualTo(ContainerState.Status.CREATED);
            assertThat(created.pid()).hasValue(container.pid());
            assertThat(created.bundle()).isEqualTo(rootfs);
            assertThat(containers.ids()).containsExactly(container.id());
            container.start();
            assertThat(container.state().status()).isEqualTo(ContainerState.Status.RUNNING);
            assertThat(container.waitFor(Duration.ofMillis(10))).isEqualTo(OptionalInt.empty());
            container.pause();
            assertThat(container.state().status()).isEqualTo(ContainerState.Status.PAUSED);
            container.resume();
            container.kill(Signal.KILL);
            assertThat(container.waitFor()).isEqualTo(137);
            assertThat(container.end(LONG)).contains(new ExitStatus.Killed(Signal.KILL, false));
            assertThat(container.state().status()).isEqualTo(ContainerState.Status.STOPPED);
            assertThat(container.state().pid()).isEqualTo(OptionalInt.empty());
        }
        assertThat(pidDirectory).doesNotExist();
    }

    @Test
    void aSignalReachesTheProgram() throws Exception {
        try (Container container = waiting()) {
            container.kill(Signal.TERM);
            assertThat(container.waitFor(LONG)).hasValue(40 + 15);
            container.delete();
            assertThat(containers.find(container.id())).isEmpty();
        }
    }

    @Test
    void closingKills() throws Exception {
        Container container = waiting();
        Path process = Path.of("/proc", Integer.toString(container.pid()));
        assertThat(process).exists();
        container.close();
        container.close();
        assertThat(process).doesNotExist();
    }

    @Test
    void anotherProgramRunsInIt() throws Exception {
        try (Container container = waiting()) {
            assertThat(container.exec(Stdio.none(), Guest.PROGRAM, "exit", "9")).isEqualTo(9);
            Process process = Process.builder(List.of(Guest.PROGRAM, "cat", "/proc/self/status"), "/tmp")
                    .env(List.of("HOME=/"))
                    .user(User.of(1234, 5678))
                    .capabilities(new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of()))
                    .build();
            try (Pipe pipe = Pipe.open("output")) {
                assertThat(container.exec(process, Stdio.none().withOutput(pipe.writer())))
                        .isZero();
                pipe.writer().close();
                assertThat(FileBytes.readAll(pipe.reader(), 1 << 16))
                        .asString(StandardCharsets.UTF_8)
                        .contains(
                                "Uid:\t1234\t1234\t1234\t1234",
                                "Gid:\t5678\t5678\t5678\t5678",
                                "CapEff:\t0000000000000000");
            }
            fails(
                    () -> container.exec(Stdio.none(), "/no/such"),
                    ErrorCode.STEP_FAILED,
                    Optional.of(Errno.ENOENT),
                    "exec failed: unable to start container process: exec: \"/no/such\": stat /no/such: no such file or directory");
        }
    }

    @Test
    void whatIsWrongHasACode() throws Exception {
        try (Container container = waiting()) {
            String id = container.id();
            fails(
                    () -> containers.create(id, guest("exit", "0"), Stdio.none()),
                    ErrorCode.CONTAINER_EXISTS,
                    Optional.of(Errno.EEXIST),
                    "create failed: container with given ID already exists");
            fails(
                    container::start,
                    ErrorCode.WRONG_STATE,
                    Optional.of(Errno.EINVAL),
                    "cannot start an already running container");
            container.kill(Signal.KILL);
            container.waitFor();
            fails(
                    () -> container.kill(Signal.TERM),
                    ErrorCode.WRONG_STATE,
                    Optional.of(Errno.EINVAL),
                    "container not running");
        }
        fails(
                () -> containers.create(id(), new Bundle(rootfs, "{".getBytes(StandardCharsets.UTF_8)), Stdio.none()),
                ErrorCode.INVALID_REQUEST,
                Optional.empty(),
                "create failed: config.json: Unexpected end-of-input: expected close marker for Object (line 1, column 2)");
        // Only when init has asked for the rest of its plan is there anybody to say this.
        fails(
                () -> containers.create(id(), guest("exit", "0").args(""), Stdio.none()),
                ErrorCode.STEP_FAILED,
                Optional.of(Errno.EINVAL),
                "create failed: process.args: there is nothing to execute");
        fails(
                () -> containers.run(id(), Spec.of(rootfs).args("nobody"), Stdio.none()),
                ErrorCode.STEP_FAILED,
                Optional.of(Errno.ENOENT),
                "run failed: unable to start container process: error during container init: "
                        + "exec: \"nobody\": executable file not found in $PATH");
        fails(
                () -> Bundle.at(directory),
                ErrorCode.BUNDLE_UNREADABLE,
                Optional.empty(),
                "cannot read the bundle " + directory + ": openat2 config.json in " + directory
                        + ": No such file or directory (ENOENT)");
    }

    @Test
    void aContainerThatIsNotThereIsNotFound() throws Exception {
        assertThat(containers.ids()).isEmpty();
        for (String id : List.of("nobody", "", ".", "..", "a/b", "x".repeat(300))) {
            assertThat(containers.find(id)).as("'%s'", id).isEmpty();
        }
        try (Container container = waiting()) {
            Container found = containers.find(container.id()).orElseThrow();
            container.close();
            fails(
                    found::state,
                    ErrorCode.CONTAINER_NOT_FOUND,
                    Optional.empty(),
                    "container " + container.id() + " does not exist");
        }
    }

    @Test
    void whoFoundAContainerCanWaitButNotKnow() throws Exception {
        try (Container container = waiting();
                Container found = Containers.in(directory.resolve("states"))
                        .find(container.id())
                        .orElseThrow()) {
            assertThat(found.waitFor(Duration.ofMillis(10))).isEqualTo(OptionalInt.empty());
            found.kill(Signal.KILL);
            fails(
                    found::waitFor,
                    ErrorCode.STATUS_UNKNOWN,
                    Optional.empty(),
                    "container " + container.id() + " has ended; only who made it knows its status");
            assertThat(container.waitFor()).isEqualTo(137);
        }
    }

    @Test
    void theHoldersDeathIsNoticedAndTheContainerStillGoes() throws Exception {
        try (Container container = waiting()) {
            int holder = holder(container);
            assertThat(Files.readString(Path.of("/proc/" + holder + "/cmdline")))
                    .startsWith("estiba-exec\0hold");
            try (Pidfd process = Pidfd.open(holder)) {
                process.signal(Signal.KILL);
            }
            fails(
                    container::waitFor,
                    ErrorCode.EXECUTOR_LOST,
                    Optional.empty(),
                    "the executor ended (Killed[signal=SIGKILL, dumpedCore=false]) without a word");
            assertThat(container.state().status()).isEqualTo(ContainerState.Status.RUNNING);
            fails(
                    container::waitFor,
                    ErrorCode.STATUS_UNKNOWN,
                    Optional.empty(),
                    "container " + container.id() + ": the process that knew its status is gone");
        }
    }

    @Test
    void theHolderIgnoresEverythingElse() throws Exception {
        try (Container container = waiting()) {
            int holder = holder(container);
            try (Pidfd process = Pidfd.open(holder)) {
                process.signal(Signal.TERM);
                process.signal(Signal.HUP);
                process.signal(Signal.INT);
            }
            String maps = Files.readString(Path.of("/proc/" + holder + "/maps"));
            assertThat(maps).as("the plan, with the environment, is given back").doesNotContain("memfd:plan");
            container.kill(Signal.TERM);
            assertThat(container.waitFor(LONG)).hasValue(55);
        }
    }

    @Test
    void manyAtATime() throws Exception {
        List<Callable<Integer>> runs = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String id = id();
            String status = Integer.toString(i);
            runs.add(() -> containers.run(id, guest("exit", status), Stdio.none()));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> statuses = threads.invokeAll(runs);
            for (int i = 0; i < runs.size(); i++) {
                assertThat(statuses.get(i).get()).isEqualTo(i);
            }
        }
    }

    @Test
    void neitherDescriptorsNorChildrenPileUp() throws Exception {
        containers.run(id(), guest("exit", "0"), Stdio.none()); // what is opened once for ever is open now
        int before = descriptors();
        List<Integer> pids = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            containers.run(id(), guest("exit", "0"), Stdio.none());
            assertThatThrownBy(() -> containers.run(id(), Spec.of(rootfs).args("/no/such"), Stdio.none()))
                    .isInstanceOf(ContainerException.class);
            try (Container container = containers.create(id(), guest("exit", "0"), Stdio.none())) {
                pids.add(holder(container));
            }
        }
        // Tests beside this one have descriptors too, but not one for each of these 90 containers.
        assertThat(descriptors() - before).isLessThan(60);
        assertThat(pids)
                .allSatisfy(pid ->
                        assertThat(Path.of("/proc", Integer.toString(pid))).doesNotExist());
    }

    private static int descriptors() throws Exception {
        try (Stream<Path> own = Files.list(Path.of("/proc/self/fd"))) {
            return (int) own.count();
        }
    }

    /** The pid of the process that knows a container's status: the parent of its first process. */
    private static int holder(Container container) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + container.pid() + "/stat"));
        int holder = Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1]);
        assertThat(Files.readString(Path.of("/proc/" + holder + "/cmdline"))).startsWith("estiba-exec\0hold");
        return holder;
    }

    @Test
    void readOnlyMeansReadOnly() throws Exception {
        String options = output(guest("cat", "/proc/self/mountinfo").withReadOnlyRoot())
                .lines()
                .filter(line -> line.split(" ")[4].equals("/"))
                .map(line -> line.split(" ")[5])
                .findFirst()
                .orElseThrow();
        assertThat(options.split(",")).contains("ro");
    }
}

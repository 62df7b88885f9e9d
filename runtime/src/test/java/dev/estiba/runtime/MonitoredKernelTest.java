package dev.estiba.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.number.Signal;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.monitor.ExitRecord;
import dev.estiba.runtime.monitor.LogTarget;
import dev.estiba.runtime.monitor.MonitorSettings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers and programs in them that are left to monitors. After each test nothing of them may be left. */
@Tag("kernel")
class MonitoredKernelTest {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    static Path shared;

    private static Path rootfs;

    @TempDir
    Path directory;

    private final String id = "mon-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
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
        assertThat(Guest.cgroups(id)).isEmpty();
    }

    private static Spec guest(String... words) {
        List<String> args = new ArrayList<>(List.of(Guest.PROGRAM));
        args.addAll(List.of(words));
        return Spec.of(rootfs).args(args.toArray(String[]::new));
    }

    private MonitorSettings logged() {
        return MonitorSettings.plain("exit")
                .withSocket("attach")
                .withTitle("estiba: " + id)
                .withLog(LogTarget.File.growing(
                        LogTarget.Format.JSON, directory.resolve("log").toString()));
    }

    /** A place of its own for each monitor. */
    private Monitored start(Spec spec, MonitorSettings settings, AttachClient.Given given) throws Exception {
        try (Fd place = Open.absolute(directory.toString(), Open.How.directory());
                given) {
            return containers.monitor(id, spec.bundle(id), request(settings, place, given));
        }
    }

    private static MonitorRequest request(MonitorSettings settings, Fd place, AttachClient.Given given) {
        return new MonitorRequest(
                settings,
                Isolation.NAMESPACES,
                place,
                Optional.empty(),
                List.of(given.theirs()),
                Optional.empty(),
                _ -> {});
    }

    private record Heard(String out, Optional<AttachFrame.Exit> exit) {}

    private static Heard hear(AttachClient client) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Optional<AttachFrame.Exit> exit = Optional.empty();
        for (Optional<AttachFrame> next; (next = client.next(LONG)).isPresent(); ) {
            if (next.get() instanceof AttachFrame.Output output) {
                out.writeBytes(output.bytes());
            }
            if (next.get() instanceof AttachFrame.Exit end) {
                exit = Optional.of(end);
            }
        }
        return new Heard(out.toString(StandardCharsets.UTF_8), exit);
    }

    private static void until(AttachClient client, String text) throws Exception {
        StringBuilder said = new StringBuilder();
        while (!said.toString().contains(text)) {
            if (client.next(LONG).orElseThrow() instanceof AttachFrame.Output output) {
                said.append(new String(output.bytes(), StandardCharsets.UTF_8));
            }
        }
    }

    private ExitRecord exit() throws Exception {
        return ExitRecord.parse(Files.readAllBytes(directory.resolve("exit")));
    }

    @Test
    void aContainersLifeUnderAMonitor() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client();
                Monitored monitored = start(guest("wait"), logged(), given)) {
            until(client, "ready");
            int monitor = monitored.monitor().pid();
            assertThat(Files.readString(Path.of("/proc/" + monitored.pid() + "/stat"))
                            .split(" ")[3])
                    .as("the container's parent")
                    .isEqualTo(Integer.toString(monitor));
            System.out.println("a container's monitor: " + pss(monitor) + " KB PSS");
            assertThat(pss(monitor)).isLessThan(400);
            containers.find(id).orElseThrow().kill(Signal.TERM);
            assertThat(hear(client).exit()).contains(new AttachFrame.Exit(new ExitStatus.Exited(15 + 40)));
            assertThat(exit().code()).isEqualTo(15 + 40);
            monitored.awaitEnd();
            assertThat(Files.readString(directory.resolve("log")))
                    .startsWith("{\"log\":\"ready\\n\",\"stream\":\"stdout\",\"time\":\"");
            assertThat(directory.resolve("attach")).doesNotExist();
        }
    }

    private static long pss(int pid) throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }

    @Test
    void aMonitorIsInNoneOfItsContainersRooms() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client();
                Monitored monitored = start(guest("wait"), logged(), given)) {
            until(client, "ready");
            String monitor = "/proc/" + monitored.monitor().pid();
            for (String each : List.of("mnt", "net", "pid", "uts", "ipc")) {
                assertThat(Files.readSymbolicLink(Path.of(monitor, "ns", each)))
                        .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns", each)))
                        .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/" + monitored.pid(), "ns", each)));
            }
            assertThat(Files.readAllLines(Path.of(monitor, "cgroup"))).noneMatch(line -> line.contains(id));
            assertThat(Files.readString(Path.of("/proc/" + monitored.monitor().pid() + "/cmdline")))
                    .startsWith("estiba: " + id);
            try (Stream<Path> fds = Files.list(Path.of(monitor, "fd"))) {
                // 0-2, states, directory, epilogue, signals, listener, log, stdout, stderr, the client
                assertThat(fds.count()).isEqualTo(12);
            }
            containers.find(id).orElseThrow().kill(Signal.KILL);
            assertThat(hear(client).exit()).isPresent();
            monitored.awaitEnd();
        }
    }

    @Test
    void aContainersTerminalIsItsMonitors() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        Spec spec = guest("cat")
                .configure(config -> config.toBuilder()
                        .process(config.process().orElseThrow().toBuilder()
                                .terminal(true)
                                .build())
                        .build());
        try (AttachClient client = given.client();
                Monitored monitored = start(spec, logged().withTerminal().withInput(false), given)) {
            client.write("typed\n\004\004".getBytes(StandardCharsets.UTF_8));
            Heard heard = hear(client);
            assertThat(heard.out().replace("^D\b\b", "")).isEqualTo("typed\r\ntyped\r\n");
            assertThat(heard.exit()).contains(new AttachFrame.Exit(new ExitStatus.Exited(0)));
            monitored.awaitEnd();
        }
    }

    @Test
    void withoutItsMonitorAContainerCanStillBeKilled() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client();
                Monitored monitored = start(guest("wait"), logged(), given);
                Pidfd init = Pidfd.open(monitored.pid())) {
            until(client, "ready");
            monitored.monitor().signal(Signal.KILL);
            monitored.awaitEnd();
            assertThat(init.awaitEnd(Duration.ofMillis(50)))
                    .as("init gets no death signal")
                    .isFalse();
            assertThat(hear(client).exit()).isEmpty();
            assertThat(directory.resolve("exit")).doesNotExist();
            containers.find(id).orElseThrow().deleteForcibly();
            assertThat(init.awaitEnd(LONG)).isTrue();
        }
    }

    @Test
    void aContainerThatCannotRunLeavesNothing() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            Spec spec = Spec.of(rootfs).args("/no/such");
            assertThatThrownBy(() -> start(spec, logged(), given))
                    .isInstanceOf(ContainerException.class)
                    .hasMessageContaining("/no/such");
            assertThat(client.next(LONG)).isEmpty();
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("states");
            }
        }
    }

    @Test
    void aProgramInAContainerHasAMonitorOfItsOwn() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client();
                Monitored monitored = start(guest("wait"), logged(), given)) {
            until(client, "ready");
            Container container = containers.find(id).orElseThrow();
            Path place = Files.createDirectory(directory.resolve("session"));
            assertThat(session(container, place, false, "exit", "7").exit())
                    .contains(new AttachFrame.Exit(new ExitStatus.Exited(7)));
            assertThat(session(container, place, false, "say", "hello").out()).isEqualTo("hello\n");
            assertThat(session(container, place, true, "say", "hello").out()).isEqualTo("hello\r\n");
            String plain = median(() -> assertThat(container.exec(Stdio.none(), Guest.PROGRAM, "exit", "0"))
                    .isZero());
            String session = median(() -> assertThat(
                            session(container, place, false, "exit", "0").exit())
                    .contains(new AttachFrame.Exit(new ExitStatus.Exited(0))));
            System.out.println("a program that ends at once: " + plain + " ms, under a monitor " + session + " ms");
            container.kill(Signal.KILL);
            assertThat(hear(client).exit()).isPresent();
            monitored.awaitEnd();
        }
    }

    private interface Once {
        void run() throws Exception;
    }

    /** Of a few; for people to look at. */
    private static String median(Once once) throws Exception {
        long[] nanos = new long[31];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            once.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return "%.2f".formatted(nanos[nanos.length / 2] / 1e6);
    }

    private static Heard session(Container container, Path directory, boolean terminal, String... words)
            throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        List<String> args = new ArrayList<>(List.of(Guest.PROGRAM));
        args.addAll(List.of(words));
        Process process = Process.builder(args, "/").terminal(terminal).build();
        MonitorSettings settings = MonitorSettings.plain("exit");
        try (AttachClient client = given.client();
                Fd place = Open.absolute(directory.toString(), Open.How.directory());
                Monitored monitored = container.monitor(
                        process, request(terminal ? settings.withTerminal() : settings, place, given))) {
            given.close();
            Heard heard = hear(client);
            monitored.awaitEnd();
            return heard;
        }
    }
}

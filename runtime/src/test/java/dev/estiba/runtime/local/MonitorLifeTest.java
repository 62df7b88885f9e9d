package dev.estiba.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Host;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Pipe;
import dev.estiba.linux.Poll;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Signal;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.monitor.ExitRecord;
import dev.estiba.runtime.monitor.LogTarget;
import dev.estiba.runtime.monitor.MonitorSettings;
import dev.estiba.runtime.plan.PlanEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a monitor lives through: slow, dead and mad clients, its starter's death, its own. */
class MonitorLifeTest {
    private static final int MUCH = 4_000_000;

    @TempDir
    Path directory;

    private MonitorRoom room;

    @BeforeEach
    void open() {
        room = new MonitorRoom(directory);
    }

    @AfterEach
    void close() throws Exception {
        room.close();
    }

    private static MonitorSettings listening() {
        return MonitorRoom.settings().withSocket(MonitorRoom.SOCKET);
    }

    private static int length(AttachClient client) throws Exception {
        int length = 0;
        for (Optional<AttachFrame> next; (next = client.next(MonitorRoom.LONG)).isPresent(); ) {
            if (next.get() instanceof AttachFrame.Output output) {
                length += output.bytes().length;
            }
        }
        return length;
    }

    @Test
    void aSlowClientLosesNothingAndTheProcessWaits() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(
                    MonitorRoom.settings(), "head -c " + MUCH + " /dev/zero; touch " + directory + "/done", given);
            MonitorRoom.welcomed(client);
            Poll.readable(List.of(), Duration.ofMillis(200));
            assertThat(directory.resolve("done")).doesNotExist();
            assertThat(length(client)).isEqualTo(MUCH);
            assertThat(directory.resolve("done")).exists();
            room.ended(running);
        }
    }

    @Test
    void aStreamThatWaitsDoesNotHoldTheOther() throws Exception {
        AttachClient.Given stuck = AttachClient.given(EnumSet.of(AttachClient.Wants.STDOUT));
        AttachClient.Given lively = AttachClient.given(EnumSet.of(AttachClient.Wants.STDERR, AttachClient.Wants.END));
        try (AttachClient slow = stuck.client();
                AttachClient quick = lively.client()) {
            MonitorRoom.Running running = room.start(
                    MonitorRoom.settings(),
                    "head -c " + MUCH
                            + " /dev/zero & i=0; while [ $i -lt 50 ]; do i=$((i+1)); echo $i >&2; done; echo last >&2; wait",
                    stuck,
                    lively);
            MonitorRoom.until(quick, "last");
            assertThat(length(slow)).isEqualTo(MUCH);
            assertThat(MonitorRoom.hear(quick).exit()).isPresent();
            room.ended(running);
        }
    }

    @Test
    void aClientThatDiesFullHoldsNobodyUp() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        MonitorRoom.Running running;
        try (AttachClient client = given.client()) {
            running = room.start(MonitorRoom.settings(), "head -c " + MUCH + " /dev/zero; exit 8", given);
            MonitorRoom.welcomed(client);
            Poll.readable(List.of(), Duration.ofMillis(100));
        }
        assertThat(room.ended(running).code()).isEqualTo(8);
    }

    @Test
    void theLastWordsReachASlowClientAfterTheEnd() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running =
                    room.start(MonitorRoom.settings(), "head -c " + MUCH + " /dev/zero & sleep 0.1; exit 8", given);
            MonitorRoom.welcomed(client);
            // It is written although the client has not taken a byte, and the pipe is full of what it has still to get.
            MonitorRoom.eventually("the exit is written", () -> Files.exists(directory.resolve(MonitorRoom.EXIT)));
            assertThat(running.monitor().awaitEnd(Duration.ofMillis(50))).isFalse();
            assertThat(MonitorRoom.hear(client)).satisfies(heard -> {
                assertThat(heard.out().length()).isBetween(65536 + 16384, MUCH - 1);
                assertThat(heard.exit()).contains(new AttachFrame.Exit(new ExitStatus.Exited(8)));
            });
            assertThat(room.ended(running).code()).isEqualTo(8);
        }
    }

    @Test
    void anInputThatIsNotReadWaits() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(
                    listening().withInput(false),
                    "until [ -e " + directory + "/go ]; do sleep 0.05; done; wc -c",
                    given);
            MonitorRoom.welcomed(client);
            var writing = java.util.concurrent.CompletableFuture.runAsync(() -> {
                try {
                    client.write(new byte[MUCH]);
                    client.closeInput();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            // Others are served meanwhile.
            try (AttachClient other = room.attach()) {
                MonitorRoom.welcomed(other);
                other.resize(1, 1);
                assertThat(other.next(MonitorRoom.LONG)).isPresent();
            }
            assertThat(writing.isDone()).isFalse();
            Files.createFile(directory.resolve("go"));
            assertThat(MonitorRoom.hear(client).out().strip()).isEqualTo(Integer.toString(MUCH));
            writing.join();
            room.ended(running);
        }
    }

    private static byte[] frame(int version, int kind, int length, byte[] body) {
        return java.nio.ByteBuffer.allocate(8 + body.length)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .putShort((short) version)
                .putShort((short) kind)
                .putInt(length)
                .put(body)
                .array();
    }

    private UnixSocket raw() throws Exception {
        return UnixSocket.connect(
                UnixSocket.Kind.MESSAGES, directory.resolve(MonitorRoom.SOCKET).toString());
    }

    private static byte[] hello(int wants) {
        return frame(1, 1, 4, new byte[] {(byte) wants, 0, 0, 0});
    }

    private static byte[] answer(UnixSocket socket) throws Exception {
        assertThat(Poll.readable(socket.fd(), MonitorRoom.LONG)).isTrue();
        try {
            return socket.receive(AttachFrame.MOST).bytes();
        } catch (dev.estiba.linux.ErrnoException e) {
            assertThat(e.is(dev.estiba.linux.number.Errno.ECONNRESET)).isTrue();
            return new byte[0];
        }
    }

    @Test
    void rubbishIsLetGoOf() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(listening().withInput(false), "cat; exit 2", given);
            MonitorRoom.welcomed(client);
            for (byte[] rubbish : List.of(
                    new byte[1],
                    new byte[8],
                    frame(1, 1, 5, new byte[4]),
                    frame(1, 1, 3, new byte[3]),
                    frame(1, 2, 2, new byte[2]),
                    frame(1, 16, 4, new byte[4]),
                    frame(0, 1, 4, new byte[4]),
                    new byte[70_000])) {
                try (UnixSocket socket = raw()) {
                    socket.send(rubbish);
                    assertThat(answer(socket)).isEmpty();
                }
                try (UnixSocket socket = raw()) {
                    socket.send(hello(8));
                    assertThat(answer(socket)).hasSize(24);
                    socket.send(rubbish);
                    assertThat(answer(socket)).isEmpty();
                }
            }
            try (UnixSocket socket = raw()) {
                socket.send(frame(2, 99, 3, new byte[3]));
                socket.send(hello(8));
                socket.send(frame(2, 99, 0, new byte[0]));
                assertThat(answer(socket)).as("what is newer is passed over").hasSize(24);
                socket.send(frame(1, 4, 8, new byte[8]));
                assertThat(answer(socket))
                        .as("and so is what a frame has grown by")
                        .hasSize(12);
            }
            Random random = new Random(1);
            for (int i = 0; i < 300; i++) {
                byte[] bytes = new byte[1 + random.nextInt(40)];
                random.nextBytes(bytes);
                try (UnixSocket socket = raw()) {
                    if (random.nextBoolean()) {
                        socket.send(hello(random.nextInt(16) & ~4));
                    }
                    socket.send(bytes);
                }
            }
            client.write("still here".getBytes(StandardCharsets.UTF_8));
            client.closeInput();
            assertThat(MonitorRoom.hear(client).out()).isEqualTo("still here");
            assertThat(room.ended(running).code()).isEqualTo(2);
        }
    }

    @Test
    void manyClientsAreServedInTurn() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        List<AttachClient> many = new ArrayList<>();
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(listening().withInput(false), "cat; exit 2", given);
            MonitorRoom.welcomed(client);
            // 31 have a place beside the given one; the others wait for one.
            for (int i = 0; i < 40; i++) {
                many.add(room.attach());
            }
            for (AttachClient each : many.subList(0, 31)) {
                MonitorRoom.welcomed(each);
            }
            assertThat(many.get(31).next(Duration.ofMillis(50))).isEmpty();
            many.get(3).close();
            MonitorRoom.welcomed(many.get(31));
            client.write("all".getBytes(StandardCharsets.UTF_8));
            client.closeInput();
            assertThat(MonitorRoom.hear(many.get(31)).out()).isEqualTo("all");
            assertThat(MonitorRoom.hear(many.get(0)).exit()).isPresent();
            room.ended(running);
        } finally {
            many.forEach(AttachClient::close);
        }
    }

    @Test
    void itOutlivesWhoeverHasStartedIt() throws Exception {
        Path program = ProgramFile.in(directory);
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        MonitorSettings settings = listening()
                .withInput(false)
                .withTitle("estiba: web")
                .withLog(LogTarget.File.growing(
                        LogTarget.Format.JSON, directory.resolve("log").toString()));
        try (AttachClient client = given.client();
                Fd plan = Memfd.data("plan", PlanEncoder.encode(MonitorRoom.shell("cat; exit 5", false), Host.abi()));
                Fd text = Memfd.data("settings", settings.encode());
                Fd place = Open.absolute(directory.toString(), Open.How.directory());
                UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "reports");
                Pipe out = Pipe.open("output")) {
            String line = "\"$0\" monitor plan=3 report=4 settings=5 directory=6 client=7 & echo $!; wait";
            try (Pidfd starter = Spawn.of("/bin/sh", List.of("sh", "-c", line, program.toString()))
                    .inOwnSession()
                    .with(1, out.writer())
                    .with(3, plan)
                    .with(4, reports.theirs().fd())
                    .with(5, text)
                    .with(6, place)
                    .with(7, given.theirs())
                    .start()) {
                given.close();
                reports.theirs().close();
                int number = Integer.parseInt(
                        new String(FileBytes.readSome(out.reader(), 20), StandardCharsets.US_ASCII).strip());
                try (Pidfd monitor = Pidfd.open(number)) {
                    assertThat(Report.parse(reports.ours().receive(Report.MOST).bytes()))
                            .isInstanceOf(Report.Made.class);
                    MonitorRoom.welcomed(client);
                    starter.signal(Signal.KILL);
                    starter.reap();
                    assertThat(Files.readString(Path.of("/proc/" + number + "/cmdline")))
                            .startsWith("estiba: web\0");
                    client.write("after".getBytes(StandardCharsets.UTF_8));
                    client.closeInput();
                    assertThat(MonitorRoom.hear(client))
                            .isEqualTo(new MonitorRoom.Heard(
                                    "after", "", Optional.of(new AttachFrame.Exit(new ExitStatus.Exited(5)))));
                    assertThat(monitor.awaitEnd(MonitorRoom.LONG)).isTrue();
                }
            }
            assertThat(ExitRecord.parse(Files.readAllBytes(directory.resolve(MonitorRoom.EXIT)))
                            .code())
                    .isEqualTo(5);
            assertThat(Files.readString(directory.resolve("log"))).contains("\"log\":\"after\"");
        }
    }

    @Test
    void killedItLeavesItsProcessAlone() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(listening(), "echo ready; exec sleep 1000", given);
            MonitorRoom.until(client, "ready");
            running.monitor().signal(Signal.KILL);
            assertThat(running.monitor().awaitEnd(MonitorRoom.LONG)).isTrue();
            assertThat(MonitorRoom.hear(client).exit()).isEmpty();
            assertThat(running.process().orElseThrow().awaitEnd(Duration.ofMillis(50)))
                    .isFalse();
            assertThat(directory.resolve(MonitorRoom.EXIT)).doesNotExist();
        }
    }

    /** Proportional set size, in kilobytes. */
    private static long pss(int pid) throws Exception {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }

    @Test
    void itIsSmallAndKeepsNoSecrets() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(
                    listening()
                            .withInput(false)
                            .withLog(LogTarget.File.growing(
                                    LogTarget.Format.JSON,
                                    directory.resolve("log").toString())),
                    "echo ready; head -c 1000000 /dev/urandom; cat",
                    given);
            MonitorRoom.until(client, "ready");
            for (int length = 0; length < 900_000; ) {
                if (client.next(MonitorRoom.LONG).orElseThrow() instanceof AttachFrame.Output output) {
                    length += output.bytes().length;
                }
            }
            int pid = running.monitor().pid();
            long pss = pss(pid);
            System.out.println("a monitor after 1 MB of output: " + pss + " KB PSS");
            assertThat(pss).isLessThan(400);
            assertThat(Files.readString(Path.of("/proc/" + pid + "/maps"))).doesNotContain("memfd:plan");
            try (Stream<Path> fds = Files.list(Path.of("/proc/" + pid + "/fd"))) {
                // 0-2, directory, signals, listener, log, stdin, stdout, stderr, the client
                assertThat(fds.count()).isEqualTo(11);
            }
        }
    }
}

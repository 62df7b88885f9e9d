package dev.estiba.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.ExitStatus;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.Signal;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.monitor.ExitRecord;
import dev.estiba.runtime.monitor.LogTarget;
import dev.estiba.runtime.monitor.MonitorSettings;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** estiba-exec monitor by itself: what it keeps, what it tells, what it outlives. */
class MonitorTest {
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

    private MonitorSettings logged() {
        return MonitorRoom.settings()
                .withLog(LogTarget.File.growing(
                        LogTarget.Format.JSON, directory.resolve("log").toString()));
    }

    private String log() throws Exception {
        return Files.readString(directory.resolve("log"));
    }

    @Test
    void aGivenClientHearsEverything() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(MonitorRoom.settings(), "echo out; echo err >&2; exit 7", given);
            AttachFrame.Welcome welcome = MonitorRoom.welcomed(client);
            assertThat(welcome.pid()).isEqualTo(running.pid());
            assertThat(welcome.terminal()).isFalse();
            assertThat(MonitorRoom.hear(client))
                    .isEqualTo(new MonitorRoom.Heard(
                            "out\n", "err\n", Optional.of(new AttachFrame.Exit(new ExitStatus.Exited(7)))));
            ExitRecord end = room.ended(running);
            assertThat(end.pid()).isEqualTo(running.pid());
            assertThat(end.start()).isEqualTo(welcome.start()).isPositive();
            assertThat(end.code()).isEqualTo(7);
            assertThat(end.signal()).isZero();
            assertThat(end.lost()).isZero();
            assertThat(end.finished()).isBetween(Instant.now().minusSeconds(60), Instant.now());
        }
    }

    @Test
    void aSignalIsTold() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(MonitorRoom.settings(), "kill -TERM $$", given);
            MonitorRoom.welcomed(client);
            assertThat(MonitorRoom.hear(client).exit())
                    .contains(new AttachFrame.Exit(new ExitStatus.Killed(Signal.TERM, false)));
            ExitRecord end = room.ended(running);
            assertThat(end.code()).isEqualTo(128 + 15);
            assertThat(end.signal()).isEqualTo(15);
        }
    }

    @Test
    void whoDoesNotAskForTheEndIsNotToldIt() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.of(AttachClient.Wants.STDERR));
        try (AttachClient client = given.client()) {
            room.start(MonitorRoom.settings(), "echo out; echo err >&2", given);
            MonitorRoom.welcomed(client);
            assertThat(MonitorRoom.hear(client)).isEqualTo(new MonitorRoom.Heard("", "err\n", Optional.empty()));
        }
    }

    @Test
    void aLogIsDockers() throws Exception {
        MonitorRoom.Running running = room.start(
                logged(),
                "printf 'one\\n\\n<&>\"\\\\\\t\\r\\001\\177\\n'; printf 'bad \\377\\303 \\342\\200\\250 \\303\\251\\n'; sleep 0.1;"
                        + " echo err >&2; printf part");
        assertThat(room.ended(running).lost()).isZero();
        assertThat(log().replaceAll("\"time\":\"[^\"]*\"", "T").lines())
                .containsExactly(
                        "{\"log\":\"one\\n\",\"stream\":\"stdout\",T}",
                        "{\"log\":\"\\n\",\"stream\":\"stdout\",T}",
                        "{\"log\":\"\\u003c\\u0026\\u003e\\\"\\\\\\u0009\\r\\u0001\u007f\\n\",\"stream\":\"stdout\",T}",
                        "{\"log\":\"bad \\ufffd\\ufffd \\u2028 é\\n\",\"stream\":\"stdout\",T}",
                        "{\"log\":\"err\\n\",\"stream\":\"stderr\",T}",
                        "{\"log\":\"part\",\"stream\":\"stdout\",T}");
        assertThat(log().lines())
                .allMatch(line ->
                        line.matches(".*\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{0,8}[1-9])?Z\"}"));
    }

    @Test
    void aLongLineIsCutIntoParts() throws Exception {
        MonitorRoom.Running running = room.start(
                logged(), "head -c 40000 /dev/zero | tr '\\0' x; echo; head -c 16384 /dev/zero | tr '\\0' y; echo");
        room.ended(running);
        List<String> lines = log().lines()
                .map(line -> line.replaceAll("^\\{\"log\":\"", "").replaceAll("\",\"stream.*", ""))
                .toList();
        assertThat(lines)
                .containsExactly(
                        "x".repeat(16384),
                        "x".repeat(16384),
                        "x".repeat(40000 - 32768) + "\\n",
                        "y".repeat(16384),
                        "\\n");
    }

    @Test
    void stdinReachesTheProcess() throws Exception {
        Set<AttachClient.Wants> wants = EnumSet.allOf(AttachClient.Wants.class);
        AttachClient.Given given = AttachClient.given(wants);
        byte[] much = new byte[1 << 20];
        java.util.Arrays.fill(much, (byte) 'a');
        try (AttachClient client = given.client()) {
            room.start(MonitorRoom.settings().withInput(false), "wc -c", given);
            MonitorRoom.welcomed(client);
            client.write(much);
            client.closeInput();
            MonitorRoom.Heard heard = MonitorRoom.hear(client);
            assertThat(heard.out().strip()).isEqualTo(Integer.toString(much.length));
            assertThat(heard.exit()).contains(new AttachFrame.Exit(new ExitStatus.Exited(0)));
        }
    }

    @Test
    void withoutAStdinItIsNothing() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            room.start(MonitorRoom.settings(), "readlink /proc/self/fd/0; wc -c", given);
            MonitorRoom.welcomed(client);
            assertThat(MonitorRoom.hear(client).out()).isEqualTo("/dev/null\n0\n");
        }
    }

    @Test
    void anInputThatGoesWithItsClientIsClosed() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient watching = given.client()) {
            room.start(
                    MonitorRoom.settings().withInput(true).withSocket(MonitorRoom.SOCKET),
                    "echo ready; cat; echo end",
                    given);
            MonitorRoom.until(watching, "ready");
            try (AttachClient writing =
                    AttachClient.connect(directory.resolve(MonitorRoom.SOCKET), EnumSet.of(AttachClient.Wants.STDIN))) {
                writing.write("last words\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(MonitorRoom.hear(watching).out()).isEqualTo("last words\nend\n");
        }
    }

    @Test
    void anInputThatStaysOutlivesItsClient() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient watching = given.client()) {
            room.start(
                    MonitorRoom.settings().withInput(false).withSocket(MonitorRoom.SOCKET),
                    "echo ready; cat; echo end",
                    given);
            MonitorRoom.until(watching, "ready");
            Path socket = directory.resolve(MonitorRoom.SOCKET);
            try (AttachClient writing = AttachClient.connect(socket, EnumSet.of(AttachClient.Wants.STDIN))) {
                writing.write("one\n".getBytes(StandardCharsets.UTF_8));
            }
            MonitorRoom.until(watching, "one");
            try (AttachClient writing = AttachClient.connect(socket, EnumSet.of(AttachClient.Wants.STDIN))) {
                writing.write("two\n".getBytes(StandardCharsets.UTF_8));
                writing.closeInput();
            }
            assertThat(MonitorRoom.hear(watching).out()).isEqualTo("two\nend\n");
        }
    }

    /** Whoever comes as a monitor leaves is told that it has gone, whichever of its calls finds that out. */
    @Test
    void whoComesAtTheEndIsToldThatItHasGone() throws Exception {
        for (int round = 0; round < 100; round++) {
            AttachClient.Given given = AttachClient.given(EnumSet.of(AttachClient.Wants.END));
            try (AttachClient first = given.client()) {
                room.start(MonitorRoom.settings().withSocket(MonitorRoom.SOCKET), "exit 0", given);
                assertThatThrownBy(() -> {
                            while (true) {
                                room.attach().close();
                            }
                        })
                        .isInstanceOfSatisfying(
                                ErrnoException.class,
                                e -> assertThat(e.error())
                                        .as(e.getMessage())
                                        .hasValueSatisfying(
                                                error -> assertThat(error).isIn(Errno.ENOENT, Errno.ECONNREFUSED)));
                MonitorRoom.welcomed(first);
                assertThat(MonitorRoom.hear(first).out()).isEmpty();
            }
        }
    }

    @Test
    void clientsComeAndGo() throws Exception {
        AttachClient.Given given = AttachClient.given(EnumSet.allOf(AttachClient.Wants.class));
        try (AttachClient first = given.client()) {
            MonitorRoom.Running running = room.start(
                    MonitorRoom.settings().withInput(false).withSocket(MonitorRoom.SOCKET), "cat; exit 3", given);
            assertThat(Files.getPosixFilePermissions(directory.resolve(MonitorRoom.SOCKET)))
                    .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
            first.write("one ".getBytes(StandardCharsets.UTF_8));
            MonitorRoom.until(first, "one ");
            try (AttachClient second = room.attach();
                    AttachClient third = room.attach()) {
                assertThat(MonitorRoom.welcomed(second).pid()).isEqualTo(running.pid());
                MonitorRoom.welcomed(third);
                first.write("two ".getBytes(StandardCharsets.UTF_8));
                MonitorRoom.until(third, "two ");
                third.close();
                assertThat(third.next(MonitorRoom.LONG)).isEmpty();
                first.write("three".getBytes(StandardCharsets.UTF_8));
                first.closeInput();
                assertThat(MonitorRoom.hear(second).out()).isEqualTo("two three");
            }
            assertThat(MonitorRoom.hear(first).out()).isEqualTo("two three");
            assertThat(room.ended(running).code()).isEqualTo(3);
            assertThat(directory.resolve(MonitorRoom.SOCKET)).doesNotExist();
        }
    }

    @Test
    void whoWaitsIsWokenUpByAClose() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        room.start(MonitorRoom.settings(), "exec sleep 1000", given);
        AttachClient client = given.client();
        MonitorRoom.welcomed(client);
        CompletableFuture<Optional<AttachFrame>> next = CompletableFuture.supplyAsync(() -> {
            try {
                return client.next();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(next.isDone()).isFalse();
        client.close();
        assertThat(next.get(20, java.util.concurrent.TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aFailureIsReportedAndNothingIsLeft() throws Exception {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER).onFailure("no such plan", 1).fail(dev.estiba.linux.number.Errno.ENOTTY, "for a reason");
        byte[] settings = logged().withSocket(MonitorRoom.SOCKET).encode();
        assertThatIOException()
                .isThrownBy(() -> room.start(settings, plan.build(), Optional.empty()))
                .withMessageContaining("no such plan: for a reason");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void settingsThatNobodyUnderstandsAreRefused() throws Exception {
        Plan plan = MonitorRoom.shell("touch " + directory.resolve("ran"), false);
        for (List<String> each : List.of(
                List.of("version=1\nexit=e\nspeed=1\n", "an unknown key: speed"),
                List.of("version=2\nexit=e\n", "not of version 1"),
                List.of("version=1\nexit=../e\n", "a value that cannot be: exit"),
                List.of("version=1\nexit=e\nexit=e\n", "twice: exit"),
                List.of("version=1\nexit=e\nterminal=2\n", "a value that cannot be: terminal"),
                List.of("version=1\nexit=e\nlog=json\n", "missing: log-path"),
                List.of("version=1\nexit=e\nlog=json\nlog-path=relative\n", "a value that cannot be: log-path"),
                List.of("version=1\nterminal=0\n", "missing: exit"),
                List.of("version=1\nexit=e", "no text of whole lines"),
                List.of("", "no text of whole lines"))) {
            assertThatIOException()
                    .as(each.getFirst())
                    .isThrownBy(
                            () -> room.start(each.getFirst().getBytes(StandardCharsets.UTF_8), plan, Optional.empty()))
                    .withMessageContaining("the monitor's settings: " + each.getLast());
        }
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void aLogThatCannotBeOpenedIsRefused() throws Exception {
        MonitorSettings settings = MonitorRoom.settings()
                .withLog(LogTarget.File.growing(
                        LogTarget.Format.JSON, directory.resolve("no/log").toString()));
        assertThatIOException()
                .isThrownBy(() -> room.start(settings, "exit 0"))
                .withMessageContaining("the monitor: open the container's log");
    }

    @Test
    void aSocketThatIsThereIsRefused() throws Exception {
        Files.createFile(directory.resolve(MonitorRoom.SOCKET));
        assertThatIOException()
                .isThrownBy(() -> room.start(MonitorRoom.settings().withSocket(MonitorRoom.SOCKET), "exit 0"))
                .withMessageContaining("the monitor: listen for clients");
        assertThat(directory.resolve(MonitorRoom.SOCKET)).isRegularFile();
    }

    @Test
    void onlySigkillEndsIt() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(MonitorRoom.settings(), "echo ready; exec sleep 1000", given);
            MonitorRoom.until(client, "ready");
            for (Signal signal :
                    List.of(Signal.TERM, new Signal(1), new Signal(2), new Signal(3), new Signal(13), new Signal(15))) {
                running.monitor().signal(signal);
            }
            assertThat(running.monitor().awaitEnd(Duration.ofMillis(100))).isFalse();
        }
    }

    @Test
    void orphansAreReaped() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(
                    MonitorRoom.settings().withInput(false).withSocket(MonitorRoom.SOCKET),
                    "(sh -c 'echo orphan $$ $PPID; exec sleep 0.2' & ) ; echo ready; cat",
                    given);
            String said = MonitorRoom.until(client, "ready");
            if (!said.contains("orphan")) {
                said += MonitorRoom.until(client, "orphan");
            }
            MonitorRoom.eventually(
                    "the monitor has the shell alone",
                    () -> Files.readString(Path.of("/proc/" + running.monitor().pid() + "/task/"
                                    + running.monitor().pid() + "/children"))
                            .strip()
                            .equals(Integer.toString(running.pid())));
            assertThat(said).contains("orphan");
        }
    }

    /** What the epilogue does: first says how the process has ended, then that its exit is known. */
    private Plan epilogue() {
        PlanBuilder plan = new PlanBuilder();
        Script first = plan.actor(Actor.OUTER).onFailure("epilogue", 1);
        Arg.Register file = create(plan, first, "first");
        Arg.Data text = plan.space(16, 8);
        Arg.Register length = first.formatted(text, 16, Reserved.STATUS, "word the status");
        first.writeAll(file, text, length, OnFailure.STOP, "write it");
        first.exit(Arg.ZERO, "end");
        Script last = plan.actor(Actor.EPILOGUE).onFailure("epilogue", 1);
        last.writeAll(
                file, plan.bytes(new byte[] {'!'}, 1), Arg.of(1), OnFailure.STOP, "write into the first one's file");
        last.run(
                MonitorRoom.call("renameat"),
                "keep what the exit file was",
                Reserved.DIRECTORY,
                plan.string(MonitorRoom.EXIT),
                Reserved.DIRECTORY,
                plan.string("seen"));
        last.exit(Arg.of(5), "end");
        return plan.build();
    }

    private static Arg.Register create(PlanBuilder plan, Script script, String name) {
        return script.get(
                MonitorRoom.call("openat"),
                "create " + name,
                Reserved.DIRECTORY,
                plan.string(name),
                Arg.of(0101),
                Arg.of(0600));
    }

    @Test
    void anEpilogueIsWalkedAroundTheExit() throws Exception {
        MonitorRoom.Running running = room.start(
                MonitorRoom.settings().encode(), MonitorRoom.shell("exit 2", false), Optional.of(epilogue()));
        assertThat(running.monitor().awaitEnd(MonitorRoom.LONG)).isTrue();
        assertThat(directory.resolve("first")).content().isEqualTo("512!");
        ExitRecord end = ExitRecord.parse(Files.readAllBytes(directory.resolve("seen")));
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.problem()).isEmpty();
    }

    @Test
    void anEpilogueThatFailsCostsNoStatus() throws Exception {
        PlanBuilder plan = new PlanBuilder();
        plan.actor(Actor.OUTER).onFailure("epilogue", 1).fail(dev.estiba.linux.number.Errno.EIO, "read \"it\"");
        MonitorRoom.Running running = room.start(
                MonitorRoom.settings().encode(), MonitorRoom.shell("exit 2", false), Optional.of(plan.build()));
        ExitRecord end = room.ended(running);
        assertThat(end.code()).isEqualTo(2);
        assertThat(end.problem()).isEqualTo("epilogue: read \"it\"");
    }

    @Test
    void whoHoldsTheOutputDelaysTheEndForASecondAlone() throws Exception {
        AttachClient.Given given = AttachClient.given(AttachClient.watching());
        try (AttachClient client = given.client()) {
            MonitorRoom.Running running = room.start(logged(), "sleep 30 & echo $!; exit 4", given);
            MonitorRoom.welcomed(client);
            MonitorRoom.Heard heard = MonitorRoom.hear(client);
            assertThat(heard.exit()).contains(new AttachFrame.Exit(new ExitStatus.Exited(4)));
            assertThat(room.ended(running).code()).isEqualTo(4);
            try (Pidfd sleeping = Pidfd.open(Integer.parseInt(heard.out().strip()))) {
                sleeping.signal(Signal.KILL);
            }
        }
    }
}

package dev.estiba.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Host;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.Poll;
import dev.estiba.linux.Spawn;
import dev.estiba.linux.UnixSocket;
import dev.estiba.linux.number.Signal;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.monitor.ExitRecord;
import dev.estiba.runtime.monitor.MonitorSettings;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.PlanEncoder;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Monitors of programs of this host, without a container; closed, none of them is left. */
final class MonitorRoom implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(20);
    static final String EXIT = "exit";
    static final String SOCKET = "attach";

    final Path directory;
    private final List<Running> all = new ArrayList<>();

    MonitorRoom(Path directory) {
        this.directory = directory;
    }

    /**
     * A monitor and its process.
     *
     * @param process none when it has ended already
     */
    record Running(Pidfd monitor, Optional<Pidfd> process, int pid) {}

    static MonitorSettings settings() {
        return MonitorSettings.plain(EXIT);
    }

    /** A plan that leaves a shell with that script behind. */
    static Plan shell(String script, boolean terminal) {
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER).onFailure("shell failed", 1);
        outer.start(Actor.INIT, 0, Arg.of(-1), "start a process");
        outer.awaitExec("wait until it runs");
        outer.exit(Arg.ZERO, "leave it behind");
        Script init = plan.actor(Actor.INIT).onFailure("shell failed", 1);
        init.run(call("setsid"), "make a session");
        if (terminal) {
            takeTerminal(plan, init);
        }
        init.run(
                call("execve"),
                "execute the shell",
                plan.string("/bin/sh"),
                plan.strings(List.of("sh", "-c", script)),
                plan.strings(List.of("PATH=/usr/bin:/bin", "SECRET=swordfish")));
        return plan.build();
    }

    private static void takeTerminal(PlanBuilder plan, Script init) {
        Arg.Register master = init.get(
                call("openat"),
                "open a terminal",
                Arg.of(-100),
                plan.string("/dev/ptmx"),
                Arg.of(02 | 0400 | 02000000),
                Arg.ZERO);
        init.run(call("ioctl"), "unlock it", master, Arg.of(0x40045431L /* TIOCSPTLCK */), plan.space(8, 8));
        Arg.Register peer = init.get(
                call("ioctl"), "open its other end", master, Arg.of(0x5441 /* TIOCGPTPEER */), Arg.of(02 | 0400));
        init.sendDescriptor(Reserved.CONSOLE, master, plan.bytes(new byte[] {'m'}, 1), 1, "send its master");
        for (int fd = 0; fd < 3; fd++) {
            init.run(call("dup3"), "make it descriptor " + fd, peer, Arg.of(fd), Arg.ZERO);
        }
        init.run(call("ioctl"), "take it as controlling", Arg.ZERO, Arg.of(0x540e /* TIOCSCTTY */), Arg.ZERO);
    }

    static SystemCall call(String name) {
        return SystemCall.named(name).orElseThrow();
    }

    Running start(MonitorSettings settings, String script, AttachClient.Given... clients) throws Exception {
        return start(settings.encode(), shell(script, settings.terminal()), Optional.empty(), clients);
    }

    Running start(byte[] settings, Plan plan, Optional<Plan> epilogue, AttachClient.Given... clients) throws Exception {
        try (UnixSocket.Pair reports = UnixSocket.pair(UnixSocket.Kind.MESSAGES, "reports")) {
            Pidfd monitor = launch(NativeExecutable.sealed(), reports, settings, plan, epilogue, clients);
            reports.theirs().close();
            byte[] message = reports.ours().receive(Report.MOST).bytes();
            if (!(Report.parse(message) instanceof Report.Made made)) {
                monitor.reap();
                monitor.close();
                throw new IOException(Report.parse(message).toString());
            }
            Running running = new Running(monitor, processOf(made.pid()), made.pid());
            all.add(running);
            // The caller is let go of at once.
            assertThat(reports.ours().receive(Report.MOST).bytes()).isEmpty();
            return running;
        }
    }

    private static Optional<Pidfd> processOf(int pid) throws IOException {
        try {
            return Optional.of(Pidfd.open(pid));
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    Pidfd launch(
            Fd program,
            UnixSocket.Pair reports,
            byte[] settings,
            Plan plan,
            Optional<Plan> epilogue,
            AttachClient.Given... clients)
            throws Exception {
        List<String> words =
                new ArrayList<>(List.of("estiba-exec", "monitor", "plan=3", "report=4", "settings=5", "directory=6"));
        try (Fd file = Memfd.data("plan", PlanEncoder.encode(plan, Host.abi()));
                Fd text = Memfd.data("settings", settings);
                Fd place = Open.absolute(directory.toString(), Open.How.directory());
                Fd last = Memfd.data(
                        "epilogue",
                        epilogue.isPresent() ? PlanEncoder.encode(epilogue.get(), Host.abi()) : new byte[0])) {
            for (int i = 0; i < clients.length; i++) {
                words.add("client=" + (8 + i));
            }
            if (epilogue.isPresent()) {
                words.add("epilogue=7");
            }
            Spawn spawn = Spawn.of(program, words)
                    .inOwnSession()
                    .with(3, file)
                    .with(4, reports.theirs().fd())
                    .with(5, text)
                    .with(6, place)
                    .with(7, last);
            for (int i = 0; i < clients.length; i++) {
                spawn.with(8 + i, clients[i].theirs());
            }
            Pidfd monitor = spawn.start();
            for (AttachClient.Given client : clients) {
                client.close();
            }
            return monitor;
        }
    }

    AttachClient attach() throws IOException {
        return AttachClient.connect(directory.resolve(SOCKET), AttachClient.watching());
    }

    /** The monitor's end, and what its file says. */
    ExitRecord ended(Running running) throws Exception {
        assertThat(running.monitor().awaitEnd(LONG)).as("the monitor ends").isTrue();
        return ExitRecord.parse(Files.readAllBytes(directory.resolve(EXIT)));
    }

    /** A client's first frame. */
    static AttachFrame.Welcome welcomed(AttachClient client) throws Exception {
        AttachFrame frame = client.next(LONG).orElseThrow();
        assertThat(frame).isInstanceOf(AttachFrame.Welcome.class);
        return (AttachFrame.Welcome) frame;
    }

    /** All that comes up to the end of the connection: the outputs, and how the process has ended. */
    record Heard(String out, String err, Optional<AttachFrame.Exit> exit) {}

    static Heard hear(AttachClient client) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Optional<AttachFrame.Exit> exit = Optional.empty();
        for (Optional<AttachFrame> next; (next = client.next(LONG)).isPresent(); ) {
            switch (next.get()) {
                case AttachFrame.Output output ->
                    (output.stream() == AttachFrame.Stream.STDOUT ? out : err).writeBytes(output.bytes());
                case AttachFrame.Exit end -> exit = Optional.of(end);
                default -> throw new IOException("unexpected: " + next.get());
            }
        }
        return new Heard(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), exit);
    }

    /** Output up to a text, that a script says when it is ready. */
    static String until(AttachClient client, String text) throws Exception {
        StringBuilder said = new StringBuilder();
        while (!said.toString().contains(text)) {
            AttachFrame frame = client.next(LONG).orElseThrow(() -> new IOException("no " + text + " in: " + said));
            if (frame instanceof AttachFrame.Output output) {
                said.append(new String(output.bytes(), StandardCharsets.UTF_8));
            }
        }
        return said.toString();
    }

    static void eventually(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Poll.readable(List.of(), Duration.ofMillis(5));
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    @Override
    public void close() throws IOException {
        for (Running running : all) {
            if (running.process().isPresent() && !running.process().get().awaitEnd(Duration.ZERO)) {
                running.process().get().signal(Signal.KILL);
            }
            if (running.monitor().reap(Duration.ofSeconds(5)).isEmpty()) {
                running.monitor().signal(Signal.KILL);
                running.monitor().reap();
            }
            running.process().ifPresent(Pidfd::close);
            running.monitor().close();
        }
    }
}

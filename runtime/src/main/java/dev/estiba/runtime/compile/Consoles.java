package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;

/** The sockets that a caller names, and the way of a terminal's master: to one of them, or to the waiting outer actor. */
final class Consoles {
    private final Assembly in;
    private final boolean terminal;
    private final Register consoleSocket;
    private final Register pidfdSocket;
    private final Register received;

    Consoles(Assembly in, boolean terminal) {
        this.in = in;
        this.terminal = terminal;
        consoleSocket = in.plan.register();
        pidfdSocket = in.plan.register();
        received = in.plan.register();
    }

    /** Whether the outer actor carries the terminal's bytes itself. */
    private boolean relayed() {
        return terminal
                && in.request.consoleSocket().isEmpty()
                && !in.request.given().console();
    }

    /** The socket that the terminal's master is sent to, in the process that makes it. */
    Register consoleSocket() {
        return consoleSocket;
    }

    /** Outer, before it starts anybody. */
    void connect() {
        Script outer = in.outer.group("sockets");
        in.request
                .pidfdSocket()
                .ifPresent(path ->
                        outer.set(pidfdSocket, Terminal.connect(in, outer, path, "pidfd socket"), "the pidfd socket"));
        if (in.request.consoleSocket().isPresent()) {
            outer.set(
                    consoleSocket,
                    Terminal.connect(in, outer, in.request.consoleSocket().get(), "console socket"),
                    "the console socket");
        } else if (in.request.given().console()) {
            outer.set(consoleSocket, Reserved.CONSOLE, "the monitor's socket");
        } else if (relayed()) {
            Data pair = in.plan.space(8, 8);
            outer.run(
                    Calls.SOCKETPAIR,
                    "make a way for the terminal's master",
                    imm(1 /* AF_UNIX */),
                    imm(1 /* SOCK_STREAM */ | Flags.O_CLOEXEC),
                    Arg.ZERO,
                    pair);
            outer.set(received, outer.load(pair, 4, "our end"), "our end");
            outer.set(
                    consoleSocket,
                    outer.load(new Data(pair.offset() + 4), 4, "the container's end"),
                    "the container's end");
        }
    }

    void sendPidfd(Arg pidfd) {
        if (in.request.pidfdSocket().isPresent()) {
            byte[] name = "pidfd".getBytes(StandardCharsets.US_ASCII);
            in.outer.sendDescriptor(pidfdSocket, pidfd, in.plan.bytes(name, 1), name.length, "send the pidfd");
        }
    }

    /** Init's terminal: made in the container's devpts, its stdio and its console. */
    void initTerminal(Process process) {
        if (!terminal) {
            return;
        }
        Terminal made = new Terminal(in, process, in.init);
        made.open(in.root, consoleSocket);
        made.console();
        made.asStdio();
        Terminal.control(in.init);
    }

    /** Outer: waits for the process, carrying its terminal's bytes where nobody else does. */
    Register waitFor(Arg pid, Arg pidfd, String what) {
        if (!relayed()) {
            return in.outer.wait(pid, pidfd, what);
        }
        Register master = in.outer.receiveDescriptor(received, "receive the terminal's master");
        return in.outer.relay(pid, pidfd, master, what);
    }
}

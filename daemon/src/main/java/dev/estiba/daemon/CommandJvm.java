package dev.estiba.daemon;

import dev.estiba.cli.Caller;
import dev.estiba.daemon.forward.CallService;
import dev.estiba.daemon.forward.CallerConnection;
import dev.estiba.daemon.forward.CallerSocket;
import dev.estiba.daemon.forward.CommandProgram;
import dev.estiba.daemon.forward.Rehearsal;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.UnixSocket;
import dev.estiba.runtime.resident.Resident;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The main class of the command's JVM. Its descriptor 0 is a listening Unix socket (the resident) or a connected one (the
 * JVM of a single call, which ends with it). From its process it reads that, and one property that tests set.
 */
public final class CommandJvm {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final int MOST_AT_ONCE = 1000;

    private CommandJvm() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        CommandProgram program = CommandJvm::notBuilt;
        if (args.length == 1 && args[0].equals("--train")) {
            Rehearsal.run(program, List.of(List.of("version"), List.of("run", "--help")), CommandJvm::log);
            System.exit(0);
        }
        serve(program, () -> {});
    }

    /**
     * Serves whoever is at descriptor 0, to the end.
     *
     * @param warmUp runs once, beside the service, when the first caller has been served
     */
    public static void serve(CommandProgram program, Runnable warmUp) throws IOException, InterruptedException {
        UnixSocket given;
        try {
            given = UnixSocket.given(Fd.standard(Fd.Standard.INPUT));
        } catch (ErrnoException e) {
            log("descriptor 0 is no socket; this program is started by estiba");
            System.exit(1);
            return;
        }
        if (given.isListening()) {
            CallService service = CallService.here(program, CommandJvm::log);
            Resident.Terms terms = new Resident.Terms(idle(), MOST_AT_ONCE);
            new Resident<>(new CallerSocket(given), service, terms, CommandJvm::log, warmUp).serve();
        } else {
            CallService.alone(program, CommandJvm::log).serve(new CallerConnection(given));
        }
        // A call that has ended may have left a thread in a write to a stopped terminal: nobody waits for it.
        System.exit(0);
    }

    private static int notBuilt(Caller caller) {
        try {
            String sentence = "estiba: the command is not built yet; the OCI runtime is estiba-oci, beside this file\n";
            caller.err().write(sentence.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            return 125;
        }
        return 125;
    }

    /** To the descriptor that whoever started this JVM has opened as its log. */
    private static void log(String line) {
        System.err.println("estiba command: " + line);
    }

    /** Tests set the property; they cannot wait for minutes. */
    private static Duration idle() {
        return Duration.ofMillis(Long.getLong("estiba.command.idle.millis", IDLE.toMillis()));
    }
}

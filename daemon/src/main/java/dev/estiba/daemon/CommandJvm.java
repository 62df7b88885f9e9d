package dev.estiba.daemon;

import dev.estiba.daemon.forward.CallService;
import dev.estiba.daemon.forward.CallerConnection;
import dev.estiba.daemon.forward.CallerSocket;
import dev.estiba.daemon.forward.CommandProgram;
import dev.estiba.daemon.forward.Rehearsal;
import dev.estiba.daemon.serve.Daemon;
import dev.estiba.daemon.serve.DaemonSettings;
import dev.estiba.daemon.serve.SystemPaths;
import dev.estiba.engine.EnginePaths;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.UnixSocket;
import dev.estiba.runtime.resident.Resident;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The main class of the command's JVM. Its descriptor 0 is a listening Unix socket (the resident) or a connected one (the
 * JVM of a single call, which ends with it). From its process it reads that, and one property that tests set.
 */
public final class CommandJvm {
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final int MOST_AT_ONCE = 1000;

    /** Nothing that makes a container: what is trained on may run where none can be. */
    private static final List<List<String>> CALLS = List.of(
            List.of("version"),
            List.of("--help"),
            List.of("run", "--help"),
            List.of("ps", "-a"),
            List.of("inspect", "nothing"),
            List.of("run", "--explain", "-m", "64m", "-e", "A=b", "hello"));

    private CommandJvm() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1 && args[0].equals("--train")) {
            train();
            System.exit(0);
        }
        serve(new EngineCommand(SystemPaths::read, Home.of(System.getProperty("estiba.home", ""))), () -> {});
    }

    /** For the AOT cache, with an engine and a daemon of its own that have no container. */
    private static void train() throws IOException, InterruptedException {
        Path place = Files.createTempDirectory("estiba-training");
        try {
            EnginePaths paths = new EnginePaths(place.resolve("data"), place.resolve("exec"));
            DaemonSettings settings = DaemonSettings.of(paths, List.of());
            try (Daemon daemon = Daemon.open(settings, CommandJvm::log)) {
                Rehearsal.run(
                        new EngineCommand(() -> paths, Home.of(System.getProperty("estiba.home", ""))),
                        CALLS,
                        CommandJvm::log);
            }
        } finally {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
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
            new Resident<>(CallerSocket.ofResident(given), service, terms, CommandJvm::log, warmUp).serve();
        } else {
            CallService.alone(program, CommandJvm::log).serve(new CallerConnection(given));
        }
        program.finish();
        // A call that has ended may have left a thread in a write to a stopped terminal: nobody waits for it.
        System.exit(0);
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

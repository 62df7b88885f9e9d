package dev.estiba.daemon;

import dev.estiba.api.ApiException;
import dev.estiba.cli.command.DaemonCommand;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.daemon.forward.CallService;
import dev.estiba.daemon.forward.CallerConnection;
import dev.estiba.daemon.forward.CallerSocket;
import dev.estiba.daemon.serve.CommandSocket;
import dev.estiba.daemon.serve.Daemon;
import dev.estiba.daemon.serve.DaemonSettings;
import dev.estiba.daemon.serve.ServiceNotifier;
import dev.estiba.daemon.settings.LogLevel;
import dev.estiba.daemon.tracing.Collector;
import dev.estiba.linux.OpenSslSha256;
import dev.estiba.linux.ProcessSignals;
import dev.estiba.runtime.resident.Resident;
import java.io.IOException;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The main class of {@code estiba daemon}: serves until a signal comes. */
public final class DaemonJvm {
    private static final int FAILED = 1;
    private static final Resident.Terms FOR_EVER = new Resident.Terms(Duration.ofDays(36_500), 1000);

    private DaemonJvm() {}

    public static void main(String[] args) throws InterruptedException {
        // Images that clients pull are hashed here as well, and this JVM has no C2.
        OpenSslSha256.provider().ifPresent(provider -> Security.insertProviderAt(provider, 1));
        if (args.length == 1 && args[0].equals("--train")) {
            System.exit(DaemonRehearsal.run(DaemonJvm::log));
        }
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> words) throws InterruptedException {
        try {
            Parsed flags = new DaemonCommand().flags().parse(words);
            if (!flags.arguments().isEmpty()) {
                throw new UsageException(
                        FlagSet.WRONG_FLAG,
                        "\"estiba daemon\" takes no argument: "
                                + flags.arguments().getFirst());
            }
            DaemonSettings settings = settings(flags);
            if (flags.isOn("validate")) {
                System.err.println("configuration OK");
                return 0;
            }
            return serve(flags, settings);
        } catch (UsageException e) {
            complain(e.message());
            complain("See 'estiba daemon --help'.");
            return FlagSet.WRONG_FLAG;
        } catch (ApiException e) {
            complain(e.message());
            return FAILED;
        } catch (IOException e) {
            complain(e.getMessage() == null ? e.toString() : e.getMessage());
            return FAILED;
        }
    }

    private static DaemonSettings settings(Parsed flags) throws ApiException {
        DaemonSettings settings = DaemonSettings.of(flags, System.getenv());
        for (String sentence : settings.file().told()) {
            log(flags.text("config-file") + ": " + sentence);
        }
        return settings;
    }

    /** SIGTERM and SIGINT are asked for, and so no failure: the status is 0, as dockerd's. */
    private static int serve(Parsed flags, DaemonSettings settings) throws IOException, InterruptedException {
        LogLevel level = new LogLevel();
        level.set(settings.file());
        ServiceNotifier notifier = ServiceNotifier.of(System.getenv(), DaemonJvm::log);
        Daemon daemon = Daemon.open(settings, Collector.of(System.getenv(), DaemonJvm::log), DaemonJvm::log);
        Optional<CommandSocket> commands = commands(settings, daemon);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            log("ending; containers go on");
            notifier.stopping();
            commands.ifPresent(CommandSocket::close);
            daemon.close();
            Runtime.getRuntime().halt(0);
        }));
        ProcessSignals.handle("HUP", () -> reload(flags, daemon, level, notifier)); // who reads "ready" may send one
        log("ready");
        notifier.ready(ProcessHandle.current().pid());
        new CountDownLatch(1).await();
        return 0;
    }

    /** What is wrong with the settings changes nothing. */
    private static void reload(Parsed flags, Daemon daemon, LogLevel level, ServiceNotifier notifier) {
        notifier.reloading();
        try {
            DaemonSettings next = settings(flags);
            daemon.reload(next);
            level.set(next.file());
            log("reloaded " + flags.text("config-file"));
        } catch (ApiException e) {
            log("the settings stay as they are: " + e.message());
        } finally {
            notifier.ready(ProcessHandle.current().pid());
        }
    }

    /** The command finds other ways to a daemon that has no such socket. */
    private static Optional<CommandSocket> commands(DaemonSettings settings, Daemon daemon) {
        try {
            Optional<String> build = Home.build(Home.of(System.getProperty("estiba.home", "")));
            if (build.isEmpty()) {
                return Optional.empty();
            }
            CommandSocket socket = CommandSocket.open(settings.paths(), build.get());
            CallService service =
                    CallService.here(new DaemonProgram(settings.paths(), daemon.engine()), DaemonJvm::log);
            Resident<CallerConnection> resident =
                    new Resident<>(CallerSocket.unnamed(socket.socket()), service, FOR_EVER, DaemonJvm::log, () -> {});
            Thread.ofPlatform().name("commands").daemon(true).start(() -> serve(resident));
            return Optional.of(socket);
        } catch (IOException e) {
            log("the command takes a longer way, because it cannot be served directly: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static void serve(Resident<CallerConnection> resident) {
        try {
            resident.serve();
        } catch (IOException | InterruptedException e) {
            log("the command is no longer served directly: " + e);
        }
    }

    private static void complain(String sentence) {
        System.err.println("estiba daemon: " + sentence);
    }

    private static void log(String line) {
        System.err.println("estiba daemon: " + line);
    }
}

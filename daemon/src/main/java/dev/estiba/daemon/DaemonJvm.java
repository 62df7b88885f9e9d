package dev.estiba.daemon;

import dev.estiba.api.ApiException;
import dev.estiba.cli.command.DaemonCommand;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.daemon.serve.Daemon;
import dev.estiba.daemon.serve.DaemonSettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The main class of {@code estiba daemon}: serves until a signal comes. */
public final class DaemonJvm {
    private static final int FAILED = 1;

    private DaemonJvm() {}

    public static void main(String[] args) throws InterruptedException {
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
            DaemonSettings settings = DaemonSettings.of(flags, DaemonJvm::log);
            return flags.isOn("validate") ? 0 : serve(settings);
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

    /** SIGTERM and SIGINT are asked for, and so no failure: the status is 0, as dockerd's. */
    private static int serve(DaemonSettings settings) throws IOException, InterruptedException {
        Daemon daemon = Daemon.open(settings, DaemonJvm::log);
        log("ready");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            log("ending; containers go on");
            daemon.close();
            Runtime.getRuntime().halt(0);
        }));
        new CountDownLatch(1).await();
        return 0;
    }

    private static void complain(String sentence) {
        System.err.println("estiba daemon: " + sentence);
    }

    private static void log(String line) {
        System.err.println("estiba daemon: " + line);
    }
}

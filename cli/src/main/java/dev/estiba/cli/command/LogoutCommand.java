package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code logout}: forgets the password of a registry. */
public final class LogoutCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());

    /** What Docker calls its own registry among credentials. */
    private static final String USUAL_SERVER = "https://index.docker.io/v1/";

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[SERVER]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atMost(call, 1, "logout");
        String server = call.arguments().isEmpty() ? "" : call.arguments().getFirst();
        boolean wasKnown = call.engine().logout(server, Registries.access(call.caller()));
        String named = server.isEmpty() ? USUAL_SERVER : server;
        call.say(wasKnown ? "Removing login credentials for " + named : "Not logged in to " + named);
        return 0;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code network prune}: removes networks that no container is in. */
public final class NetworkPruneCommand implements Command {
    private static final String WARNING =
            "WARNING! This will remove all custom networks not used by at least one container.";
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Filters.flag("Only those that match: NAME=VALUE, of until, label, label!"),
                    Flag.onOff("force", "Do not ask").letter('f')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "network prune");
        if (!call.flags().isOn("force")) {
            String answer = new Prompt(call).line(WARNING + "\nAre you sure you want to continue? [y/N] ");
            if (!answer.equalsIgnoreCase("y")) {
                throw ApiException.badRequest("network prune has been cancelled");
            }
        }
        List<String> deleted = call.engine()
                .pruneNetworks(Filters.of(call.flags().all("filter")))
                .networksDeleted();
        if (!deleted.isEmpty()) {
            call.say("Deleted Networks:\n" + String.join("\n", deleted) + "\n");
        }
        return 0;
    }
}

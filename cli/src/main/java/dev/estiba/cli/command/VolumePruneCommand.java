package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.VolumesPruned;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code volume prune}: removes volumes that no container wants. */
public final class VolumePruneCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("all", "Also those that have a name").letter('a'),
                    Filters.flag("Only those that match: NAME=VALUE, of all, label, label!, until"),
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
        Arguments.none(call, "volume prune");
        Map<String, List<String>> filters = Filters.of(call.flags().all("filter"));
        boolean isAll = call.flags().isOn("all");
        if (isAll && filters.containsKey("all")) {
            throw ApiException.badRequest("conflicting options: cannot specify both --all and --filter all=1");
        }
        if (isAll) {
            filters.put("all", List.of("true"));
        }
        if (!call.flags().isOn("force")) {
            String which = filters.containsKey("all") ? "all" : "anonymous";
            String answer = new Prompt(call)
                    .line("WARNING! This will remove " + which
                            + " local volumes not used by at least one container.\n"
                            + "Are you sure you want to continue? [y/N] ");
            if (!answer.equalsIgnoreCase("y")) {
                throw ApiException.badRequest("volume prune has been cancelled");
            }
        }
        VolumesPruned pruned = call.engine().pruneVolumes(filters);
        StringBuilder text = new StringBuilder();
        if (!pruned.volumesDeleted().isEmpty()) {
            text.append("Deleted Volumes:\n")
                    .append(String.join("\n", pruned.volumesDeleted()))
                    .append("\n\n");
        }
        text.append("Total reclaimed space: ")
                .append(Words.size(pruned.spaceReclaimed(), Words.DIGITS_OF_PROGRESS))
                .append('\n');
        call.write(text.toString());
        return 0;
    }
}

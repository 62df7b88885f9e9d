package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainersPruned;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.List;

/** {@code container prune}: removes the containers that do not run. */
public final class ContainerPruneCommand implements Command {
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
        Arguments.none(call, "container prune");
        if (!call.flags().isOn("force")) {
            String answer = new Prompt(call)
                    .line(
                            "WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ");
            if (!answer.equalsIgnoreCase("y")) {
                throw ApiException.badRequest("container prune has been cancelled");
            }
        }
        ContainersPruned pruned =
                call.engine().pruneContainers(Filters.of(call.flags().all("filter")));
        StringBuilder text = new StringBuilder();
        for (String id : pruned.containers()) {
            text.append(text.isEmpty() ? "Deleted Containers:\n" : "")
                    .append(id)
                    .append('\n');
        }
        text.append(text.isEmpty() ? "" : "\n");
        text.append("Total reclaimed space: ")
                .append(Words.size(pruned.spaceReclaimed(), Words.DIGITS_OF_PROGRESS))
                .append('\n');
        call.write(text.toString());
        return 0;
    }
}

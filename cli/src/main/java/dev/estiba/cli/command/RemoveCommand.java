package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.RemoveOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code rm}: removes containers. */
public final class RemoveCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("force", "Kill it when it runs; do not mind when there is none")
                            .letter('f'),
                    Flag.onOff("link", "Remove only the link of that name").letter('l'),
                    Flag.onOff("volumes", "Remove its anonymous volumes as well")
                            .letter('v')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "rm");
        boolean force = call.flags().isOn("force");
        RemoveOptions options = new RemoveOptions(
                force, call.flags().isOn("volumes"), call.flags().isOn("link"));
        return EachContainer.run(call, container -> remove(call, container, options));
    }

    private static void remove(Call call, String container, RemoveOptions options) throws IOException {
        if (container.isEmpty()) {
            throw ApiException.badRequest("Container name cannot be empty");
        }
        String name = container.startsWith("/") ? container.substring(1) : container;
        call.engine().removeContainer(name, options);
    }
}

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

/** {@code network rm}: removes networks. */
public final class NetworkRemoveCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(Flag.onOff("force", "Do not complain of one that is not there")
                    .letter('f')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NETWORK [NETWORK...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "network rm");
        boolean force = call.flags().isOn("force");
        return EachContainer.run(call, network -> {
            try {
                call.engine().removeNetwork(network);
            } catch (ApiException e) {
                if (!force || e.status() != ApiException.NOT_FOUND) {
                    throw e;
                }
            }
        });
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code network disconnect}: takes a container out of a network. */
public final class NetworkDisconnectCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(Flag.onOff("force", "Also one that is not there any more").letter('f')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NETWORK CONTAINER";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 2, "network disconnect");
        call.engine()
                .disconnectNetwork(
                        call.arguments().get(0),
                        new NetworkDisconnectRequest(
                                call.arguments().get(1), call.flags().isOn("force")));
        return 0;
    }
}

package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code kill}: sends a signal. */
public final class KillCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false, List.of(Flag.text("signal", "Another signal than KILL").letter('s')));

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
        Arguments.atLeast(call, 1, "kill");
        String signal = call.flags().text("signal");
        return EachContainer.run(call, container -> call.engine().killContainer(container, signal));
    }
}

package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.context.Destination;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code context show}: prints which context counts. */
public final class ContextShowCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "context show");
        call.say(Destination.context(call.caller()));
        return 0;
    }
}

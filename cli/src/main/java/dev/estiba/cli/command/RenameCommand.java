package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code rename}: gives a container another name. */
public final class RenameCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(false, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "CONTAINER NEW_NAME";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 2, "rename");
        call.engine().renameContainer(call.arguments().get(0), call.arguments().get(1));
        return 0;
    }
}

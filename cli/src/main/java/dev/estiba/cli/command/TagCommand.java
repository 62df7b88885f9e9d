package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;

/** {@code tag}: gives an image another name. */
public final class TagCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(false, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 2, "tag");
        call.engine().tagImage(call.arguments().get(0), call.arguments().get(1));
        return 0;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.context.Destination;
import dev.estiba.cli.context.StoredContext;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code context rm}: forgets how a daemon is come to. */
public final class ContextRemoveCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false, List.of(Flag.onOff("force", "Also the one that is in use").letter('f')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTEXT [CONTEXT...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "context rm");
        boolean isForced = call.flags().isOn("force");
        return EachContainer.run(
                call,
                name -> ContextFiles.with(call, store -> {
                    if (name.equals(StoredContext.DEFAULT)) {
                        throw ApiException.badRequest("context \"default\" cannot be removed");
                    }
                    if (store.find(name).isEmpty() && !isForced) {
                        throw ApiException.notFound("context \"" + name + "\" does not exist");
                    }
                    if (Destination.context(call.caller()).equals(name)) {
                        if (!isForced) {
                            throw ApiException.badRequest(
                                    "context \"" + name + "\" is in use, set -f flag to force remove");
                        }
                        store.use(StoredContext.DEFAULT);
                    }
                    store.remove(name);
                    return 0;
                }));
    }
}

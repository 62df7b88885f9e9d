package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.context.EndpointFlag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Quote;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code context use}: chooses where commands go that say nothing else. */
public final class ContextUseCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "CONTEXT";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "context use");
        String name = call.arguments().getFirst();
        ContextFiles.with(call, store -> {
            EndpointFlag.existing(store, name, call.caller());
            store.use(name);
            return 0;
        });
        call.say(name);
        warn(call);
        call.complain("Current context is now " + Quote.go(name));
        return 0;
    }

    /** The environment counts more than what is chosen. */
    static void warn(Call call) throws IOException {
        if (!call.caller().environment().getOrDefault("DOCKER_HOST", "").isEmpty()) {
            call.complain("Warning: DOCKER_HOST environment variable overrides the active context. To use a context,"
                    + " either set the global --context flag, or unset DOCKER_HOST environment variable.");
        }
    }
}

package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.context.EndpointFlag;
import dev.estiba.cli.context.StoredContext;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Quote;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code context create}: keeps how a daemon is come to; {@code context update}: keeps another way to it. */
public final class ContextCreateCommand implements Command {
    private static final Flag DESCRIPTION = Flag.text("description", "What a list says of it");
    private static final Flag DOCKER = Flag.text(
                    "docker",
                    "host=HOST, ca=FILE, cert=FILE, key=FILE, skip-tls-verify=BOOL (a comma and no blank between), or from=CONTEXT")
            .type("stringToString");
    private static final FlagSet FLAGS =
            new FlagSet(false, List.of(DESCRIPTION, DOCKER, Flag.text("from", "Like the context of that name")));
    private static final FlagSet FLAGS_OF_UPDATE = new FlagSet(false, List.of(DESCRIPTION, DOCKER));

    private final boolean isUpdate;

    /** @param isUpdate of a context that is there */
    public ContextCreateCommand(boolean isUpdate) {
        this.isUpdate = isUpdate;
    }

    @Override
    public FlagSet flags() {
        return isUpdate ? FLAGS_OF_UPDATE : FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTEXT";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, isUpdate ? "context update" : "context create");
        String name = call.arguments().getFirst();
        ContextFiles.mayBeNamed(name);
        ContextFiles.with(call, store -> {
            String from = isUpdate ? "" : call.flags().text("from");
            String like = isUpdate ? name : from.isEmpty() ? StoredContext.DEFAULT : from;
            StoredContext before = EndpointFlag.existing(store, like, call.caller());
            String description = call.flags().isGiven("description")
                    ? call.flags().text("description")
                    : isUpdate || !from.isEmpty() ? before.description() : "";
            StoredContext made =
                    new StoredContext(name, description, before.host(), before.skipsVerification(), before.tls());
            if (call.flags().isGiven("docker")) {
                made = EndpointFlag.apply(made, call.flags().text("docker"), store, call.caller());
            }
            if (isUpdate) {
                store.put(made);
            } else {
                store.add(made);
            }
            return 0;
        });
        call.say(name);
        call.complain("Successfully " + (isUpdate ? "updated" : "created") + " context " + Quote.go(name));
        return 0;
    }
}

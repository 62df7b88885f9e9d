package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.context.Destination;
import dev.estiba.cli.context.EndpointFlag;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.template.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code context inspect}: prints all that is known of contexts, but for keys. */
public final class ContextInspectCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(Flag.text("format", "json, or a template: {{.Endpoints.docker.Host}}")
                    .letter('f')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [CONTEXT...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        List<String> names =
                call.arguments().isEmpty() ? List.of(Destination.context(call.caller())) : call.arguments();
        List<Inspected> found = new ArrayList<>();
        ContextFiles.with(call, store -> {
            for (String name : names) {
                String json = Tree.write(store.described(EndpointFlag.existing(store, name, call.caller())));
                found.add(Inspected.of(json.getBytes(StandardCharsets.UTF_8)));
            }
            return 0;
        });
        return Inspected.print(call, found, call.flags().text("format"));
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.FileChange;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.List;

/** {@code diff}: lists what a container has changed of its image's files. */
public final class DiffCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "CONTAINER";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "diff");
        StringBuilder text = new StringBuilder();
        for (FileChange change : call.engine().containerChanges(call.arguments().getFirst())) {
            text.append(change.kind().letter())
                    .append(' ')
                    .append(Words.printable(change.path()))
                    .append('\n');
        }
        call.write(text.toString());
        return 0;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.Top;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Table;
import java.io.IOException;
import java.util.List;

/** {@code top}: lists a container's processes. */
public final class TopCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(true, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "CONTAINER [ps OPTIONS]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "top");
        List<String> words = call.arguments();
        Top top = call.engine().topContainer(words.getFirst(), words.subList(1, words.size()));
        Table table = new Table(20, 3);
        table.line(top.titles());
        top.processes().forEach(table::line);
        call.write(table.toString());
        return 0;
    }
}

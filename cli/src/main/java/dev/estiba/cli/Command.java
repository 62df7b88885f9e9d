package dev.estiba.cli;

import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;

/** A command. Holds no state of a call; safe for all threads. */
public interface Command {
    FlagSet flags();

    /** What stands behind the command's name in its usage line: {@code [OPTIONS] CONTAINER}. */
    String synopsis();

    /** Does it. The caller's exit status. */
    int run(Call call) throws IOException, UsageException;
}

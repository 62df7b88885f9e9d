package dev.estiba.cli;

import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** A command. Holds no state of a call; safe for all threads. */
public interface Command {
    FlagSet flags();

    /** What stands behind the command's name in its usage line: {@code [OPTIONS] CONTAINER}. */
    String synopsis();

    /** What its manual page says beside the flags. */
    default List<Section> sections() {
        return List.of();
    }

    /** A part of a manual page. */
    record Section(String heading, List<String> paragraphs) {
        public Section {
            paragraphs = List.copyOf(paragraphs);
        }
    }

    /** Does it. The caller's exit status. */
    int run(Call call) throws IOException, UsageException;
}

package dev.estiba.runtime.command;

/** The first word is no command. */
public final class UnknownCommand extends UsageException {
    private static final long serialVersionUID = 1L;

    UnknownCommand(String word) {
        super("No help topic for '" + word + "'\n");
    }
}

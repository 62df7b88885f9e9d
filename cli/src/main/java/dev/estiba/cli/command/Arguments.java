package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.flag.UsageException;

/** How many arguments a command takes, refused in Docker's words. */
final class Arguments {
    private static final int WRONG = 1;

    private Arguments() {}

    static void none(Call call, String command) throws UsageException {
        if (!call.arguments().isEmpty()) {
            throw new UsageException(WRONG, "'estiba " + command + "' accepts no arguments");
        }
    }

    static void atLeast(Call call, int count, String command) throws UsageException {
        if (call.arguments().size() < count) {
            throw new UsageException(WRONG, "'estiba " + command + "' requires at least " + count + arguments(count));
        }
    }

    static void atMost(Call call, int count, String command) throws UsageException {
        if (call.arguments().size() > count) {
            throw new UsageException(WRONG, "'estiba " + command + "' requires at most " + count + arguments(count));
        }
    }

    static void between(Call call, int least, int most, String command) throws UsageException {
        if (call.arguments().size() < least || call.arguments().size() > most) {
            throw new UsageException(
                    WRONG,
                    "'estiba " + command + "' requires at least " + least + " and at most " + most + arguments(most));
        }
    }

    static void exactly(Call call, int count, String command) throws UsageException {
        if (call.arguments().size() != count) {
            throw new UsageException(WRONG, "'estiba " + command + "' requires " + count + arguments(count));
        }
    }

    private static String arguments(int count) {
        return count == 1 ? " argument" : " arguments";
    }
}

package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.Parsed;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code --dry-run} and {@code --explain} of every command that changes something. The command itself runs, as it always does, with an
 * engine that reads and, instead of changing anything, notes what it was asked to change ({@link ForeseenEngine}); so what it refuses
 * it refuses here as well, and no command can forget to look.
 */
public final class Foresight {
    /** What {@code --dry-run} ends with when something would change; a failure has the command's own status. */
    public static final int WOULD_CHANGE = 2;

    private static final String DRY_RUN = "dry-run", EXPLAIN = "explain", FORMAT = "format", GROUP = "Look ahead";

    /** What the manual says of it. */
    public static final Command.Section SECTION = new Command.Section(
            GROUP,
            List.of(
                    "With --dry-run and --explain the command does all that it otherwise does, but for what it would change. What it"
                            + " would refuse it refuses, in the same words and with the same status.",
                    "A line each says what would be changed: + what comes, - what goes, ~ what becomes otherwise. --explain says beneath"
                            + " it what comes of it. --format json prints a document a line instead, with change, kind, name, setting,"
                            + " before, after, bytes and notes.",
                    "--dry-run ends with 0 when nothing would change, and with 2 when something would; --explain with 0."));

    private Foresight() {}

    /** Whether a command has these flags. */
    public static boolean isOf(FlagSet flags) {
        return flags.flags().stream()
                .anyMatch(flag -> flag.name().equals(DRY_RUN) && flag.group().equals(GROUP));
    }

    /** The flags of a command that changes something: what it has itself, and these. */
    public static FlagSet flags(boolean stopsAtArgument, List<Flag> own) {
        Set<String> known = own.stream().map(Flag::name).collect(Collectors.toSet());
        List<Flag> all = new ArrayList<>(own);
        List<Flag> ahead = Flag.grouped(
                GROUP,
                Flag.onOff(DRY_RUN, "Change nothing; print what would be changed"),
                Flag.onOff(EXPLAIN, "The same, with what comes of it"),
                Flag.text(FORMAT, "For --dry-run and --explain: text, json").fallback("text"));
        ahead.stream().filter(flag -> !known.contains(flag.name())).forEach(all::add);
        return new FlagSet(stopsAtArgument, all);
    }

    /** Whether only that was asked for. A flag of the same name that is the command's own is the command's. */
    public static boolean isAsked(Parsed flags) {
        return isOn(flags, DRY_RUN) || isOn(flags, EXPLAIN);
    }

    private static boolean isOn(Parsed flags, String name) {
        return flags.isGiven(name)
                && flags.isOn(name)
                && flags.set().flags().stream()
                        .anyMatch(
                                flag -> flag.name().equals(name) && flag.group().equals(GROUP));
    }

    /** The status: 0 when nothing would change, or it was only to be explained; {@link #WOULD_CHANGE}; the command's own when it fails. */
    public static int look(Call call, Command command) throws IOException, UsageException {
        String format = call.flags().text(FORMAT);
        if (!format.equals("text") && !format.equals("json")) {
            throw new UsageException(FlagSet.WRONG_FLAG, "invalid --format: must be text or json");
        }
        Plan plan = new Plan();
        ForeseeingCaller caller = new ForeseeingCaller(call.caller(), plan);
        int status;
        try {
            status = command.run(new Call(caller, ForeseenEngine.of(call.engine(), plan, call.caller()), call.flags()));
        } catch (ApiException e) {
            print(call, plan, format);
            throw e;
        }
        print(call, plan, format);
        if (status != 0) {
            return status;
        }
        return plan.isEmpty() || !isOn(call.flags(), DRY_RUN) ? 0 : WOULD_CHANGE;
    }

    private static void print(Call call, Plan plan, String format) throws IOException {
        call.write(format.equals("json") ? plan.json() : plan.text(isOn(call.flags(), EXPLAIN)));
    }
}

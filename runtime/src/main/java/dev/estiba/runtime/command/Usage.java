package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import java.util.List;

/** Command lines that cannot be followed: runc's texts and statuses (those of urfave/cli), with our help. */
final class Usage {
    /** urfave/cli's, for a command that it does not know. */
    private static final int NO_TOPIC = 3;

    private Usage() {}

    /** Whether help is asked for, also by saying nothing. */
    static boolean asked(CommandLine line) {
        return line.command().isEmpty()
                || line.command().equals("help")
                || line.global().containsKey("help")
                || line.flag("help");
    }

    static String topic(CommandLine line) {
        boolean general = line.command().isEmpty() || line.global().containsKey("help");
        if (!general && line.command().equals("help")) {
            return line.arguments().stream()
                    .findFirst()
                    .filter(name -> Grammar.command(name).isPresent())
                    .orElse("");
        }
        return general ? "" : line.command();
    }

    static void checkGlobal(CommandLine line) throws UsageException {
        String format = line.global().getOrDefault("log-format", "text");
        if (!format.equals("text") && !format.equals("json")) {
            throw new UsageException("invalid log-format: " + format);
        }
        String systemd = line.global().getOrDefault("systemd-cgroup", "false");
        if (!systemd.equals("false")) {
            throw new UsageException("--systemd-cgroup is not built yet");
        }
        String rootless = line.global().getOrDefault("rootless", "auto");
        if (!List.of("true", "false", "auto").contains(rootless)) {
            throw new UsageException("invalid value \"" + rootless + "\" for flag -rootless: use true, false or auto");
        }
    }

    /** What is wrong with the number of arguments; empty when nothing is. */
    static String wrongCount(CommandLine line) {
        int given = line.arguments().size();
        return switch (line.command()) {
            case "list", "features", "spec" -> exactly(line, 0, given);
            case "kill", "ps", "exec" ->
                given >= 1 ? "" : "estiba-oci: \"" + line.command() + "\" requires a minimum of 1 argument(s)";
            default -> exactly(line, 1, given);
        };
    }

    private static String exactly(CommandLine line, int wanted, int given) {
        return given == wanted
                ? ""
                : "estiba-oci: \"" + line.command() + "\" requires exactly " + wanted + " argument(s)";
    }

    /** The help on stdout, the sentence in the log. */
    static Answer wrong(String command, String sentence) {
        return say("Incorrect Usage.\n\n" + HelpText.of(command), sentence, 1);
    }

    /** For words that are not in the grammar. */
    static Answer wrong(List<String> argv, UsageException e) {
        if (e instanceof UnknownCommand) {
            return Messages.failure(e.getMessage(), NO_TOPIC);
        }
        String command = argv.stream()
                .filter(word -> Grammar.command(word).isPresent())
                .findFirst()
                .orElse("");
        return say("Incorrect Usage: " + e.getMessage() + "\n\n" + HelpText.of(command), e.getMessage(), 1);
    }

    private static Answer say(String text, String sentence, int status) {
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER).onFailure("", status);
        Messages.write(plan, outer, text);
        outer.fail(Errno.EINVAL, sentence);
        return Answer.of(plan.build());
    }
}

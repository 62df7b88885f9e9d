package dev.estiba.cli.command;

import dev.estiba.api.Diagnosis;
import dev.estiba.api.Health;
import dev.estiba.api.HealthcheckResult;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.text.Listing;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code why}: says why a container has ended, or what keeps it from working. */
public final class WhyCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("format", "json, or a template"),
                    Flag.whole("lines", "10", "Lines of its log").letter('n')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "WHERE IT IS KNOWN FROM",
                List.of(
                        "The exit code and the signal are its monitor's last words. What the kernel has counted (memory, "
                                + "processors, processes) is kept when the container ends, and goes with the next boot. Whom the "
                                + "kernel has killed for want of memory is in the kernel's log, as long as that goes back.",
                        "Who has asked for its end, and how earlier runs have ended, is known from events, which the daemon "
                                + "keeps.")));
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "why");
        long lines = call.flags().number("lines");
        if (lines < 0 || lines > 10_000) {
            throw new UsageException(125, "invalid --lines: from 0 to 10000");
        }
        Diagnosis diagnosis = call.engine().diagnoseContainer(call.arguments().getFirst(), (int) lines);
        String format = call.flags().text("format");
        call.write(format.isEmpty() ? text(diagnosis) : new Listing().print(format, List.of(document(diagnosis))));
        return 0;
    }

    private static String text(Diagnosis diagnosis) {
        StringBuilder text = new StringBuilder();
        text.append(diagnosis.name()).append(": ").append(diagnosis.state().status());
        if (!diagnosis.meaning().isEmpty()) {
            text.append(", ").append(diagnosis.state().exitCode());
        }
        text.append('\n');
        diagnosis
                .verdict()
                .forEach(sentence -> text.append(Words.printable(sentence)).append('\n'));
        text.append('\n');
        line(text, "Image", diagnosis.image());
        line(text, "Started", diagnosis.state().startedAt());
        if (!diagnosis.meaning().isEmpty()) {
            line(text, "Ended", diagnosis.state().finishedAt());
            line(text, "Exit code", diagnosis.state().exitCode() + ": " + diagnosis.meaning());
        }
        diagnosis.asked().forEach(asked -> line(text, "Asked to end", asked.time() + " " + asked.what()));
        limits(text, diagnosis);
        restarts(text, diagnosis.restarts());
        diagnosis.state().health().ifPresent(health -> health(text, health));
        log(text, diagnosis);
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-13s %s%n", name, Words.printable(value)));
    }

    private static void limits(StringBuilder text, Diagnosis diagnosis) {
        diagnosis
                .memory()
                .ifPresent(memory -> line(
                        text,
                        "Memory",
                        limit(memory.limit() > 0, Words.size(memory.limit()))
                                + (memory.peak() > 0 ? ", at most " + Words.size(memory.peak()) + " used" : "")
                                + (memory.kills() > 0 ? ", " + memory.kills() + " killed for want of it" : "")
                                + (memory.victims().isEmpty() ? "" : ": " + String.join(", ", memory.victims()))));
        diagnosis
                .processors()
                .filter(each -> each.limit() > 0)
                .ifPresent(each -> line(
                        text,
                        "Processors",
                        String.format(
                                Locale.ROOT,
                                "limit %.2f, held back in %d of %d periods, %.1f s",
                                each.limit() / 1000.0,
                                each.stoppedPeriods(),
                                each.periods(),
                                each.stopped() / 1e9)));
        diagnosis
                .processes()
                .filter(each -> each.limit() > 0)
                .ifPresent(
                        each -> line(text, "Processes", "limit " + each.limit() + ", " + each.refused() + " refused"));
    }

    private static String limit(boolean isSet, String limit) {
        return isSet ? "limit " + limit : "no limit";
    }

    private static void restarts(StringBuilder text, Diagnosis.Restarts restarts) {
        boolean hasPolicy = !restarts.policy().isEmpty() && !restarts.policy().equals("no");
        if (hasPolicy || restarts.count() > 0) {
            line(text, "Restarts", restarts.count() + (hasPolicy ? ", policy " + restarts.policy() : ""));
        }
        if (restarts.ends().size() > 1) {
            restarts.ends().forEach(end -> line(text, "  ended", end.time() + " with " + end.exitCode()));
        }
    }

    private static void health(StringBuilder text, Health health) {
        line(text, "Health", health.status() + ", " + health.failingStreak() + " failures in a row");
        for (HealthcheckResult result : health.log()) {
            line(
                    text,
                    "  asked",
                    result.start() + " exit " + result.exitCode() + " "
                            + result.output().strip());
        }
    }

    private static void log(StringBuilder text, Diagnosis diagnosis) {
        if (diagnosis.lostLogLines() > 0) {
            line(text, "Log", diagnosis.lostLogLines() + " lines could not be written to it");
        }
        if (!diagnosis.log().isEmpty()) {
            text.append("\nThe end of its log:\n");
            diagnosis
                    .log()
                    .forEach(each ->
                            text.append("  ").append(Words.printable(each)).append('\n'));
        }
    }

    private static Map<String, Object> document(Diagnosis diagnosis) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ID", diagnosis.id());
        document.put("Name", diagnosis.name());
        document.put("Image", diagnosis.image());
        document.put("Verdict", diagnosis.verdict());
        document.put("Status", diagnosis.state().status());
        document.put("ExitCode", (long) diagnosis.state().exitCode());
        document.put("Meaning", diagnosis.meaning());
        document.put("Signal", diagnosis.signal());
        document.put("OOMKilled", diagnosis.state().oomKilled());
        document.put("Error", diagnosis.state().error());
        document.put("StartedAt", diagnosis.state().startedAt());
        document.put("FinishedAt", diagnosis.state().finishedAt());
        document.put(
                "Asked",
                diagnosis.asked().stream()
                        .map(asked -> object("Time", asked.time(), "What", asked.what()))
                        .toList());
        diagnosis
                .memory()
                .ifPresent(memory -> document.put(
                        "Memory",
                        object(
                                "Limit", memory.limit(),
                                "Peak", memory.peak(),
                                "Kills", memory.kills(),
                                "Victims", memory.victims())));
        diagnosis
                .processors()
                .ifPresent(each -> document.put(
                        "Processors",
                        object(
                                "MilliLimit", each.limit(),
                                "Periods", each.periods(),
                                "ThrottledPeriods", each.stoppedPeriods(),
                                "ThrottledNanos", each.stopped())));
        diagnosis
                .processes()
                .ifPresent(each -> document.put("Processes", object("Limit", each.limit(), "Refused", each.refused())));
        document.put(
                "Restarts",
                object(
                        "Policy", diagnosis.restarts().policy(),
                        "Count", diagnosis.restarts().count(),
                        "Ends",
                                diagnosis.restarts().ends().stream()
                                        .map(end -> object("Time", end.time(), "ExitCode", end.exitCode()))
                                        .toList()));
        diagnosis.state().health().ifPresent(health -> document.put("Health", document(health)));
        document.put("LostLogLines", diagnosis.lostLogLines());
        document.put("Log", diagnosis.log());
        return document;
    }

    private static Map<String, Object> document(Health health) {
        return object(
                "Status", health.status(),
                "FailingStreak", health.failingStreak(),
                "Log",
                        health.log().stream()
                                .map(result -> object(
                                        "Start", result.start(),
                                        "End", result.end(),
                                        "ExitCode", result.exitCode(),
                                        "Output", result.output()))
                                .toList());
    }

    /** Names and values in turns. */
    private static Map<String, Object> object(Object... fields) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            // Templates know one kind of whole numbers.
            object.put(
                    (String) fields[i], fields[i + 1] instanceof Integer number ? number.longValue() : fields[i + 1]);
        }
        return object;
    }
}

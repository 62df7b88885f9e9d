package dev.estiba.testkit.runner;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the Test Anything Protocol, version 13, as far as our scripts speak it: a plan, {@code ok} and {@code not ok}
 * lines with {@code # SKIP reason}, comment lines before a {@code not ok}, {@code Bail out!}.
 *
 * @see <a href="https://testanything.org/tap-version-13-specification.html">the specification</a>
 */
final class Tap {
    private static final Pattern RESULT = Pattern.compile("(not )?ok\\b\\s*(\\d+)?\\s*-?\\s*(.*)");
    private static final Pattern PLAN = Pattern.compile("1\\.\\.(\\d+)\\s*(#.*)?");
    private static final Pattern SKIP = Pattern.compile("(.*?)\\s*#\\s*skip\\S*\\s*(.*)", Pattern.CASE_INSENSITIVE);

    private Tap() {}

    /**
     * Turns a script's output to outcomes. A script that ends badly, without a single result, or with fewer results than
     * it planned has failed as a whole, besides what it reported.
     *
     * @param script the name put before each test
     * @param explanation what to say of a script that failed as a whole
     */
    static List<Outcome> read(String script, String output, int status, String explanation) {
        List<Outcome> outcomes = new ArrayList<>();
        List<String> comments = new ArrayList<>();
        OptionalInt planned = OptionalInt.empty();
        boolean bailed = false;
        boolean failed = false;
        for (String line : output.lines().toList()) {
            Matcher result = RESULT.matcher(line);
            Matcher plan = PLAN.matcher(line);
            if (result.matches()) {
                boolean good = result.group(1) == null;
                failed |= !good;
                outcomes.add(outcome(script, good, result.group(3), comments));
                comments.clear();
            } else if (plan.matches()) {
                planned = OptionalInt.of(Integer.parseInt(plan.group(1)));
            } else if (line.startsWith("Bail out!")) {
                bailed = true;
            } else if (!line.isBlank()) {
                comments.add(line);
            }
        }
        if (planned.isPresent() && planned.getAsInt() != outcomes.size()) {
            String detail =
                    "planned " + planned.getAsInt() + " tests and reported " + outcomes.size() + "\n" + explanation;
            outcomes.add(Outcome.failed(script, Duration.ZERO, detail));
        } else if (bailed || outcomes.isEmpty() || (status != 0 && !failed)) {
            outcomes.add(Outcome.failed(script, Duration.ZERO, explanation));
        }
        return outcomes;
    }

    private static Outcome outcome(String script, boolean good, String text, List<String> comments) {
        Matcher skip = SKIP.matcher(text);
        if (skip.matches()) {
            return Outcome.skipped(script + ": " + skip.group(1), skip.group(2));
        }
        String name = script + ": " + text.strip();
        return good
                ? Outcome.passed(name, Duration.ZERO)
                : Outcome.failed(name, Duration.ZERO, String.join("\n", comments));
    }
}

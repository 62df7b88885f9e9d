package dev.estiba.testkit.runner;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Turns JUnit's events, which come from several threads, to outcomes. */
final class Listener implements TestExecutionListener {
    /** The two sentences that JUnit makes up when a test gives no reason of its own. */
    private static final String NO_REASON = "Assumption failed: assumption is not ";

    private static final TestSource NOWHERE = new TestSource() {
        private static final long serialVersionUID = 1L;
    };

    private record Started(String name, long nanos, Thread thread) {}

    private final Tally tally;
    private final Withheld withheld;
    private final Map<UniqueId, Started> running = new ConcurrentHashMap<>();
    private final Map<UniqueId, String> printed = new ConcurrentHashMap<>();
    private final Map<UniqueId, Outcome> failed = new ConcurrentHashMap<>();
    private volatile Optional<TestPlan> plan = Optional.empty(); // written once, before the first test starts
    private volatile long lastEvent = System.nanoTime(); // written by any test's thread, read by the watch

    Listener(Tally tally, Withheld withheld) {
        this.withheld = withheld;
        this.tally = tally;
    }

    /** How long no test has started or ended. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastEvent);
    }

    /** What failed: a test, or a class that could not be set up. */
    Map<UniqueId, Outcome> failed() {
        return Map.copyOf(failed);
    }

    /** The tests under way: name to the thread that runs it. */
    Map<String, Thread> underWay() {
        Map<String, Thread> names = new ConcurrentHashMap<>();
        running.values().forEach(started -> names.put(started.name(), started.thread()));
        return Map.copyOf(names);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        lastEvent = System.nanoTime();
        plan = Optional.of(testPlan);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        lastEvent = System.nanoTime();
        if (test.isTest()) {
            running.put(test.getUniqueIdObject(), new Started(name(test), lastEvent, Thread.currentThread()));
        }
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        entry.getKeyValuePairs()
                .forEach((key, value) -> printed.merge(
                        test.getUniqueIdObject(), "its " + key + ":\n" + value.strip(), (a, b) -> a + "\n" + b));
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        lastEvent = System.nanoTime();
        // What JUnit says of a bare @Disabled is the name of the method.
        skip(test, reason.endsWith(" is @Disabled") ? "" : reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        lastEvent = System.nanoTime();
        Duration took = Optional.ofNullable(running.remove(test.getUniqueIdObject()))
                .map(started -> Duration.ofNanos(lastEvent - started.nanos()))
                .orElse(Duration.ZERO);
        String said = Optional.ofNullable(printed.remove(test.getUniqueIdObject()))
                .map(text -> "\n" + text)
                .orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    tally.add(Outcome.passed(name(test), took));
                }
            }
            case ABORTED -> skip(test, reasonOf(result));
            case FAILED -> {
                String why = result.getThrowable().map(Failures::tell).orElse("failed without an exception");
                Outcome outcome = withheld.excuse(why)
                        .map(reason -> Outcome.skipped(name(test), reason))
                        .orElseGet(() -> Outcome.failed(name(test), took, why + said));
                if (outcome.verdict() == Outcome.Verdict.FAILED) {
                    failed.put(test.getUniqueIdObject(), outcome);
                }
                tally.add(outcome);
            }
        }
    }

    private static String reasonOf(TestExecutionResult result) {
        String reason = result.getThrowable()
                .flatMap(thrown -> Optional.ofNullable(thrown.getMessage()))
                .orElse("");
        return reason.startsWith(NO_REASON) ? "" : reason;
    }

    /** Counts every test beneath a class that was skipped as a whole; one whose tests are made at run time counts once. */
    private void skip(TestIdentifier skipped, String reason) {
        if (skipped.isTest()) {
            tally.add(Outcome.skipped(name(skipped), reason));
            return;
        }
        var beneath = plan.map(tests -> tests.getDescendants(skipped).stream()
                        .filter(TestIdentifier::isTest)
                        .toList())
                .orElse(List.of());
        if (beneath.isEmpty()) {
            tally.add(Outcome.skipped(name(skipped), reason));
        }
        beneath.forEach(test -> tally.add(Outcome.skipped(name(test), reason)));
    }

    private static String name(TestIdentifier test) {
        TestSource source = test.getSource().orElse(NOWHERE);
        if (source instanceof MethodSource method) {
            String kind = test.getUniqueIdObject().getLastSegment().getType();
            String name = shortName(method.getClassName()) + "." + method.getMethodName();
            boolean oneOfMany = kind.endsWith("invocation") || kind.startsWith("dynamic");
            return oneOfMany ? name + " " + test.getDisplayName() : name;
        }
        return source instanceof ClassSource type ? shortName(type.getClassName()) : test.getDisplayName();
    }

    private static String shortName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}

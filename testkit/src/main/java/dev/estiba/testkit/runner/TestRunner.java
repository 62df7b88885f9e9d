package dev.estiba.testkit.runner;

import dev.estiba.testkit.runner.Options.Command;
import dev.estiba.testkit.runner.Options.Selection;
import dev.estiba.testkit.runner.Options.UsageException;
import dev.estiba.testkit.runner.Outcome.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The program behind {@code ./dev test}.
 *
 * <p>Exit status: 0 when at least one test passed and none failed, 1 when one failed or none ran, 2 when the command line
 * is wrong.
 */
public final class TestRunner {
    /** Tags of tests that need root or the real kernel, and of tests that need other programs. */
    private static final List<String> SLOW_TAGS = List.of("kernel", "peer");

    /** Virtual machines, which take a processor: they come when all other tests have ended. */
    private static final String LAST_TAG = "guest";

    private static final int SLOWEST = 20;

    private final Options options;
    private final PrintStream out;
    private final boolean terminal;
    private final Withheld withheld;
    private final Tally tally = new Tally();

    TestRunner(Options options, PrintStream out, boolean terminal) {
        this(options, out, terminal, Withheld.of(""));
    }

    private TestRunner(Options options, PrintStream out, boolean terminal, Withheld withheld) {
        this.withheld = withheld;
        this.options = options;
        this.out = out;
        this.terminal = terminal;
    }

    /** Runs what the words ask for and ends the JVM: a test that left a thread behind must not keep it alive. */
    public static void main(String[] words) {
        int status;
        try {
            Options options = Options.parse(List.of(words));
            PrintStream out = System.out;
            boolean terminal = System.console() != null && System.console().isTerminal();
            try (PrintStream output = new PrintStream(open(options), true, StandardCharsets.UTF_8)) {
                System.setOut(output);
                System.setErr(output);
                Withheld withheld = Withheld.of(System.getProperty("estiba.without", ""));
                status = new TestRunner(options, out, terminal, withheld).run();
            }
            out.flush();
        } catch (UsageException e) {
            System.err.println("test: " + e.getMessage());
            status = 2;
        } catch (IOException | InterruptedException e) {
            System.err.println("test: " + e);
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private static OutputStream open(Options options) throws IOException {
        return options.output().isPresent()
                ? Files.newOutputStream(options.output().get())
                : OutputStream.nullOutputStream();
    }

    /** Runs everything and prints the report. */
    int run() throws InterruptedException, IOException {
        Shell shell = new Shell(options.patience());
        for (Command step : options.steps()) {
            if (options.wants(step.name())) {
                tally.add(shell.step(step));
            }
        }
        runJUnit();
        for (Command script : options.scripts()) {
            if (options.wants(script.name())) {
                shell.script(script).forEach(tally::add);
            }
        }
        return report();
    }

    private void runJUnit() throws InterruptedException {
        if (options.roots().isEmpty()) {
            return;
        }
        LauncherConfig config = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        Launcher launcher = LauncherFactory.create(config);
        Listener listener = new Listener(tally, withheld);
        AtomicReference<Listener> current = new AtomicReference<>(listener);
        Thread stopped = new Thread(this::stopped, "stopped");
        Runtime.getRuntime().addShutdownHook(stopped);
        try (Progress progress = new Progress(
                out,
                terminal,
                tally,
                current::get,
                options.patience(),
                () -> giveUp(current.get().underWay()))) {
            progress.start();
            launcher.execute(request(TagFilter.excludeTags(LAST_TAG)), listener);
            launcher.execute(request(TagFilter.includeTags(LAST_TAG)), listener);
            Map<UniqueId, Outcome> failed = listener.failed();
            if (failed.size() <= options.secondTries()) {
                failed.forEach((id, outcome) -> tryAgain(launcher, id, outcome, current));
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(stopped);
        }
    }

    /** A signal ends a run of hours: what it knows by then is told. */
    private void stopped() {
        out.println("test: ended by a signal; so far:");
        try {
            report();
        } catch (IOException e) {
            out.println("test: cannot write the results: " + e);
        }
        out.flush();
    }

    /** Alone, on a machine that nothing else of this run loads. */
    private void tryAgain(Launcher launcher, UniqueId id, Outcome outcome, AtomicReference<Listener> current) {
        Tally second = new Tally();
        Listener listener = new Listener(second, withheld);
        current.set(listener);
        launcher.execute(
                configured(LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectUniqueId(id)))
                        .build(),
                listener);
        if (second.count(Verdict.FAILED) == 0 && second.count(Verdict.PASSED) > 0) {
            tally.replace(outcome, outcome.passedAlone());
        }
    }

    private LauncherDiscoveryRequest request(PostDiscoveryFilter part) {
        var builder = configured(LauncherDiscoveryRequestBuilder.request()
                .filters(part)
                .selectors(DiscoverySelectors.selectClasspathRoots(Set.copyOf(options.roots()))));
        if (options.quick()) {
            builder.filters(TagFilter.excludeTags(SLOW_TAGS));
        }
        if (!options.names().isEmpty()) {
            builder.filters(new NameFilter(options.names()));
        }
        return builder.build();
    }

    private LauncherDiscoveryRequestBuilder configured(LauncherDiscoveryRequestBuilder builder) {
        return builder.configurationParameter("junit.platform.output.capture.stdout", "true")
                .configurationParameter("junit.platform.output.capture.stderr", "true")
                // A test that JUnit would leave out with a warning (a private method, a bad annotation) is an error.
                .configurationParameter("junit.platform.discovery.issue.severity.critical", "warning")
                .configurationParameter(
                        "junit.jupiter.execution.timeout.testable.method.default",
                        options.limit().toSeconds() + " s")
                // Classes run side by side, the methods of one class in turn.
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "same_thread")
                .configurationParameter("junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2");
    }

    /** The last thing that happens when tests hang: they are named with where they hang, and the JVM ends. */
    private void giveUp(Map<String, Thread> underWay) {
        underWay.forEach((name, thread) -> {
            String stack = Arrays.stream(thread.getStackTrace())
                    .map(frame -> "  at " + frame)
                    .collect(Collectors.joining("\n"));
            tally.add(Outcome.failed(
                    name, options.patience(), "hung; nothing has moved for " + options.patience() + "\n" + stack));
        });
        if (underWay.isEmpty()) {
            tally.add(Outcome.failed("JUnit", options.patience(), "hung between tests for " + options.patience()));
        }
        try {
            report();
        } catch (IOException e) {
            out.println("test: cannot write the results: " + e);
        }
        out.flush();
        Runtime.getRuntime().halt(1);
    }

    private int report() throws IOException {
        List<Outcome> outcomes = tally.all();
        if (options.results().isPresent()) {
            writeResults(options.results().get(), outcomes);
        }
        reportSkipped(outcomes);
        List<Outcome> slowest = tally.slowest(SLOWEST);
        if (!slowest.isEmpty()) {
            out.println("Slowest:");
            slowest.forEach(outcome -> out.println("  " + seconds(outcome.took()) + "  " + outcome.name()));
        }
        tell("UNSTEADY (it passed when it was tried again, alone) ", Verdict.UNSTEADY, outcomes);
        tell("FAILED ", Verdict.FAILED, outcomes);
        if (outcomes.isEmpty()) {
            String wanted = options.names().stream().map(Selection::toString).collect(Collectors.joining(", "));
            out.println(wanted.isEmpty() ? "No test was found." : "No test has this in its name: " + wanted);
        }
        out.println(tally.closingLine());
        return tally.count(Verdict.FAILED) == 0 && tally.passed() > 0 ? 0 : 1;
    }

    private void tell(String what, Verdict verdict, List<Outcome> outcomes) {
        outcomes.stream().filter(outcome -> outcome.verdict() == verdict).forEach(told -> {
            out.println(what + told.name());
            told.detail().lines().forEach(line -> out.println("    " + line));
        });
    }

    /** Skips that share their reason share a line: a missing right usually stops a whole class. */
    private void reportSkipped(List<Outcome> outcomes) {
        Map<String, List<Outcome>> byReason = outcomes.stream()
                .filter(outcome -> outcome.verdict() == Verdict.SKIPPED)
                .collect(Collectors.groupingBy(Outcome::detail, TreeMap::new, Collectors.toList()));
        byReason.forEach((reason, tests) -> {
            out.println("Skipped " + tests.size() + ", " + reason + ":");
            tests.forEach(test -> out.println("    " + test.name()));
        });
    }

    private static void writeResults(Path file, List<Outcome> outcomes) throws IOException {
        List<String> lines = outcomes.stream()
                .map(outcome -> outcome.verdict() + "\t" + seconds(outcome.took()) + "\t" + outcome.name())
                .toList();
        Files.write(file, lines, StandardCharsets.UTF_8);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%7.2f s", time.toMillis() / 1000.0);
    }
}

package dev.estiba.testkit.runner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the runner was asked to do.
 *
 * @param roots directories of test classes
 * @param quick leave out what needs root, a special kernel or other programs
 * @param limit how long one test may take before it is interrupted
 * @param patience how long no test at all may start or end before the run is given up
 * @param secondTries how many failed tests are tried again, alone; when more than that have failed, none is
 * @param steps commands that count as one test each
 * @param scripts commands that print TAP
 * @param output where everything that tests print goes; absent means nowhere
 * @param results where each test's verdict and time are written, one line a test
 * @param names run only what has one of these in its name; empty means everything
 */
record Options(
        List<Path> roots,
        boolean quick,
        Duration limit,
        Duration patience,
        int secondTries,
        List<Command> steps,
        List<Command> scripts,
        Optional<Path> output,
        Optional<Path> results,
        List<Selection> names) {
    Options {
        roots = List.copyOf(roots);
        steps = List.copyOf(steps);
        scripts = List.copyOf(scripts);
        names = List.copyOf(names);
    }

    /** A shell command with the name that the report gives it. */
    record Command(String name, String shell) {}

    /**
     * A part of a class's full name, and perhaps of a method's: {@code ConfigReader} or {@code ConfigReaderTest#refuses}.
     *
     * @param type part of the class's name, or of a step's
     * @param method part of the method's name; empty means all
     */
    record Selection(String type, String method) {
        static Selection parse(String text) {
            int hash = text.indexOf('#');
            return hash < 0
                    ? new Selection(text, "")
                    : new Selection(text.substring(0, hash), text.substring(hash + 1));
        }

        @Override
        public String toString() {
            return method.isEmpty() ? type : type + "#" + method;
        }
    }

    /** Thrown for a command line that cannot be carried out; the message says which word is wrong. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** Whether something of this name is wanted that is not a JUnit test (a step, a script). */
    boolean wants(String name) {
        return names.isEmpty()
                || names.stream()
                        .anyMatch(selection -> name.contains(selection.type())
                                && selection.method().isEmpty());
    }

    static Options parse(List<String> words) throws UsageException {
        List<Path> roots = new ArrayList<>();
        List<Command> steps = new ArrayList<>();
        List<Command> scripts = new ArrayList<>();
        List<Selection> names = new ArrayList<>();
        Optional<Path> output = Optional.empty();
        Optional<Path> results = Optional.empty();
        boolean quick = false;
        Duration limit = Duration.ofMinutes(2);
        Duration patience = Duration.ofMinutes(5);
        int secondTries = 0;
        Words left = new Words(words);
        while (left.more()) {
            String word = left.next();
            switch (word) {
                case "--quick" -> quick = true;
                case "--long" -> {
                    limit = Duration.ofMinutes(30);
                    patience = Duration.ofMinutes(40);
                }
                case "--patience" -> patience = Duration.ofSeconds(left.numberOf(word));
                case "--second-tries" -> secondTries = Math.toIntExact(left.numberOf(word));
                case "--classes" -> roots.add(Path.of(left.valueOf(word)));
                case "--step" -> steps.add(new Command(left.valueOf(word), left.valueOf(word)));
                case "--tap" -> scripts.add(new Command(left.valueOf(word), left.valueOf(word)));
                case "--output" -> output = Optional.of(Path.of(left.valueOf(word)));
                case "--results" -> results = Optional.of(Path.of(left.valueOf(word)));
                default -> {
                    if (word.startsWith("-")) {
                        throw new UsageException("unknown option " + word);
                    }
                    names.add(Selection.parse(word));
                }
            }
        }
        return new Options(roots, quick, limit, patience, secondTries, steps, scripts, output, results, names);
    }

    private static final class Words {
        private final List<String> words;
        private int next;

        Words(List<String> words) {
            this.words = words;
        }

        boolean more() {
            return next < words.size();
        }

        String next() {
            return words.get(next++);
        }

        String valueOf(String option) throws UsageException {
            if (!more()) {
                throw new UsageException(option + " needs a value");
            }
            return next();
        }

        long numberOf(String option) throws UsageException {
            String value = valueOf(option);
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw new UsageException(option + " needs a number, not " + value);
            }
        }
    }
}

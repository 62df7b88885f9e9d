package dev.estiba.runtime.seccomp;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.SeccompProfile.Circumstance;
import dev.estiba.oci.runtime.SeccompProfile.KernelVersion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Docker's default seccomp profile, which today's images expect, and what it is for one container: it depends on the
 * machine, on the kernel, and on the capabilities that the container may ever have.
 *
 * <p>It denies two things more than Docker's, and says there why. Immutable, for any number of threads.
 */
public final class DockerProfile {
    private static final DockerProfile STANDARD = parse(DockerProfileText.TEXT);

    private final Action defaultAction;
    private final OptionalInt defaultErrnoRet;
    private final Map<Abi, List<Architecture>> architectures;
    private final List<Entry> entries;

    /** A rule and where it holds. */
    private record Entry(Rule rule, Circumstance includes, Circumstance excludes) {}

    private DockerProfile(Parser parser) {
        this.defaultAction = parser.defaultAction;
        this.defaultErrnoRet = parser.defaultErrnoRet;
        this.architectures = Map.copyOf(parser.architectures);
        this.entries = List.copyOf(parser.entries);
    }

    public static DockerProfile standard() {
        return STANDARD;
    }

    /** The profile of one container. */
    public Profile expand(Circumstances circumstances) {
        List<Rule> rules = new ArrayList<>();
        for (Entry entry : entries) {
            if (circumstances.meet(entry.includes, entry.excludes)) {
                rules.add(entry.rule);
            }
        }
        List<Architecture> machine = architectures.getOrDefault(circumstances.machine(), List.of());
        return new Profile(defaultAction, defaultErrnoRet, machine, Set.of(), rules);
    }

    /** Reads a profile in the form of {@link DockerProfileText}. */
    static DockerProfile parse(String text) {
        Parser parser = new Parser();
        StringBuilder statement = new StringBuilder();
        for (String line : text.split("\n")) {
            if (line.startsWith(" ")) {
                statement.append(line);
                continue;
            }
            parser.statement(statement.toString());
            statement.setLength(0);
            statement.append(line.startsWith("#") ? "" : line);
        }
        parser.statement(statement.toString());
        return new DockerProfile(parser);
    }

    private static final class Parser {
        private Action defaultAction = Action.KILL_THREAD;
        private OptionalInt defaultErrnoRet = OptionalInt.empty();
        private final Map<Abi, List<Architecture>> architectures = new EnumMap<>(Abi.class);
        private final List<Entry> entries = new ArrayList<>();

        void statement(String text) {
            if (text.isBlank()) {
                return;
            }
            try {
                int colon = text.indexOf(':');
                Words head = new Words(colon < 0 ? text : text.substring(0, colon));
                List<String> tail = colon < 0 ? List.of() : new Words(text.substring(colon + 1)).rest();
                String first = head.next();
                switch (first) {
                    case "default" -> {
                        defaultAction = action(head.next());
                        defaultErrnoRet = head.optionalNumber();
                    }
                    case "architectures" -> architectures.put(machine(head.next()), architectures(tail));
                    default -> entries.add(entry(action(first), head, tail));
                }
                head.end();
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("Docker's profile has a bad statement: " + text, e);
            }
        }

        private static Entry entry(Action action, Words head, List<String> names) {
            OptionalInt errnoRet = head.optionalNumber();
            List<String> machines = new ArrayList<>();
            List<String> needed = new ArrayList<>();
            List<String> excluding = new ArrayList<>();
            Optional<KernelVersion> leastKernel = Optional.empty();
            List<ArgCheck> args = new ArrayList<>();
            while (head.hasNext()) {
                String word = head.next();
                String what = word.equals("when") ? word : word.concat(" ").concat(head.next());
                switch (what) {
                    case "if arch" -> machines.add(Circumstances.goName(machine(head.next())));
                    case "if cap" -> needed.add(capability(head.next()));
                    case "if kernel" -> leastKernel = Optional.of(kernel(head.next()));
                    case "unless cap" -> excluding.add(capability(head.next()));
                    case "when" -> args.add(condition(head));
                    default -> throw new IllegalArgumentException("unknown words: " + what);
                }
            }
            return new Entry(
                    new Rule(names, action, errnoRet, args),
                    new Circumstance(needed, machines, leastKernel),
                    new Circumstance(excluding, List.of(), Optional.empty()));
        }

        private static String capability(String word) {
            return present(Capability.parse(word)).fullName();
        }

        private static KernelVersion kernel(String word) {
            KernelRelease release = present(KernelRelease.parse(word));
            return new KernelVersion(release.major(), release.minor());
        }

        private static ArgCheck condition(Words words) {
            int index = Integer.parseInt(words.next());
            Operator operator = present(Operator.named("SCMP_CMP_".concat(words.next())));
            long value = Long.parseUnsignedLong(words.next());
            long valueTwo = operator == Operator.MASKED_EQ ? Long.parseUnsignedLong(words.next()) : 0;
            return new ArgCheck(index, value, valueTwo, operator);
        }

        private static <T> T present(Optional<T> named) {
            if (named.isEmpty()) {
                throw new IllegalArgumentException("a word that names nothing");
            }
            return named.get();
        }

        private static Action action(String word) {
            return switch (word) {
                case "allow" -> Action.ALLOW;
                case "errno" -> Action.ERRNO;
                default -> throw new IllegalArgumentException("unknown action: " + word);
            };
        }

        /** Docker names machines as Go does. */
        private static Abi machine(String word) {
            return switch (word) {
                case "amd64" -> Abi.X86_64;
                case "arm64" -> Abi.ARM64;
                default -> throw new IllegalArgumentException("unknown machine: " + word);
            };
        }

        private static List<Architecture> architectures(List<String> names) {
            List<Architecture> architectures = new ArrayList<>();
            for (String name : names) {
                architectures.add(Architecture.valueOf(name));
            }
            return List.copyOf(architectures);
        }
    }

    /** Words of a statement, one after the other. */
    private static final class Words {
        private final List<String> words;
        private int at;

        Words(String text) {
            words = new ArrayList<>();
            for (String word : text.split(" ")) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
        }

        boolean hasNext() {
            return at < words.size();
        }

        String next() {
            if (!hasNext()) {
                throw new IllegalArgumentException("it ends too early");
            }
            return words.get(at++);
        }

        OptionalInt optionalNumber() {
            boolean isNumber = hasNext() && Character.isDigit(words.get(at).charAt(0));
            return isNumber ? OptionalInt.of(Integer.parseInt(next())) : OptionalInt.empty();
        }

        List<String> rest() {
            List<String> rest = words.subList(at, words.size());
            at = words.size();
            return rest;
        }

        void end() {
            if (hasNext()) {
                throw new IllegalArgumentException("too many words: " + next());
            }
        }
    }
}

package dev.estiba.cli.flag;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flags of a command, and the parser for its command line: pflag's grammar and refusals, which Docker's users and
 * scripts know. {@code --name value}, {@code --name=value}, {@code -nvalue}, {@code -n=value}, {@code -n value}, letters
 * of switches together; a switch takes a value only behind {@code =}; a value may begin with a dash; {@code --} ends the
 * flags.
 *
 * <p>picocli 4.7.7 was tried and cannot be brought to it: {@code --rm=false} is refused, or {@code --rm true IMAGE} takes
 * the image's name as the value; {@code -e -- IMAGE}, {@code --rm=1} and {@code ---x} are answered in another way; and its
 * classes are too old for an AOT cache.
 */
public final class FlagSet {
    /** What Docker's command exits with when a flag is wrong. */
    public static final int WRONG_FLAG = 125;

    private final List<Flag> flags;
    private final boolean stopsAtArgument;
    private final Map<String, Flag> byName = new HashMap<>();
    private final Map<Character, Flag> byLetter = new HashMap<>();

    /** @param stopsAtArgument what follows the first argument belongs to it, flags too */
    public FlagSet(boolean stopsAtArgument, List<Flag> flags) {
        this.stopsAtArgument = stopsAtArgument;
        this.flags = List.copyOf(flags);
        for (Flag flag : flags) {
            Flag before = byName.put(flag.name(), flag);
            Flag sameLetter = flag.letter() == '\0' ? null : byLetter.put(flag.letter(), flag);
            if (before != null || sameLetter != null) {
                throw new IllegalArgumentException("two flags are called as --" + flag.name());
            }
        }
    }

    public List<Flag> flags() {
        return flags;
    }

    public boolean stopsAtArgument() {
        return stopsAtArgument;
    }

    Flag flag(String name) {
        Flag flag = byName.get(name);
        if (flag == null) {
            throw new IllegalArgumentException("there is no flag --" + name);
        }
        return flag;
    }

    /** Understands a command line, or says in pflag's words why not. */
    public Parsed parse(List<String> words) throws UsageException {
        Run run = new Run(words);
        run.parse();
        return new Parsed(run.values, run.arguments, this, run.wantsHelp);
    }

    /** One command line on its way. */
    private final class Run {
        final Deque<String> words;
        final Map<String, List<String>> values = new HashMap<>();
        final List<String> arguments = new ArrayList<>();
        boolean wantsHelp;

        Run(List<String> words) {
            this.words = new ArrayDeque<>(words);
        }

        void parse() throws UsageException {
            while (!words.isEmpty() && !wantsHelp) {
                String word = words.removeFirst();
                if (word.length() < 2 || !word.startsWith("-")) {
                    arguments.add(word);
                    if (stopsAtArgument) {
                        break;
                    }
                } else if (word.equals("--")) {
                    break;
                } else if (word.startsWith("--")) {
                    longFlag(word);
                } else {
                    letters(word.substring(1));
                }
            }
            arguments.addAll(words);
        }

        private void longFlag(String word) throws UsageException {
            String body = word.substring(2);
            if (body.startsWith("-") || body.startsWith("=")) {
                throw wrong("bad flag syntax: " + word);
            }
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            Flag flag = byName.get(name);
            if (flag == null) {
                if (name.equals("help")) {
                    wantsHelp = true;
                    return;
                }
                throw wrong("unknown flag: --" + name);
            }
            if (equals >= 0) {
                take(flag, body.substring(equals + 1));
            } else if (flag.kind() == Flag.Kind.SWITCH) {
                take(flag, "true");
            } else {
                take(flag, next().orElseThrow(() -> wrong("flag needs an argument: --" + name)));
            }
        }

        private void letters(String letters) throws UsageException {
            String rest = letters;
            while (!rest.isEmpty() && !wantsHelp) {
                char letter = rest.charAt(0);
                Flag flag = byLetter.get(letter);
                if (flag == null) {
                    if (letter == 'h') {
                        wantsHelp = true;
                        return;
                    }
                    throw wrong("unknown shorthand flag: '" + letter + "' in -" + rest);
                }
                String of = rest;
                rest = rest.substring(1);
                if (rest.length() > 1 && rest.startsWith("=")) {
                    take(flag, rest.substring(1));
                    return;
                }
                if (flag.kind() == Flag.Kind.SWITCH) {
                    take(flag, "true");
                } else if (!rest.isEmpty()) {
                    take(flag, rest);
                    return;
                } else {
                    take(flag, next().orElseThrow(() -> wrong("flag needs an argument: '" + letter + "' in -" + of)));
                }
            }
        }

        private Optional<String> next() {
            return Optional.ofNullable(words.pollFirst());
        }

        private void take(Flag flag, String value) throws UsageException {
            try {
                String checked = flag.check().check(value);
                values.computeIfAbsent(flag.name(), name -> new ArrayList<>(1)).add(checked);
            } catch (BadValue e) {
                throw wrong(
                        "invalid argument " + Quote.go(value) + " for " + Quote.go(flag.label()) + " flag: " + e.why());
            }
        }
    }

    private static UsageException wrong(String message) {
        return new UsageException(WRONG_FLAG, message);
    }
}

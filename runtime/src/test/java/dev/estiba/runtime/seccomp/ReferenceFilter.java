package dev.estiba.runtime.seccomp;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import dev.estiba.linux.number.SystemCall;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a profile means, said as directly as the package documentation says it and with none of the compiler's code: a
 * call is looked up, its rules are tried one after the other, numbers are compared as big integers.
 */
final class ReferenceFilter {
    private static final Verdict KILL = Verdict.of(Action.KILL_THREAD, OptionalInt.empty());
    private static final Verdict NO_SUCH_CALL = Verdict.of(Action.ERRNO, OptionalInt.of(38));
    private static final List<String> SOCKET_OPERATIONS = List.of(
            "",
            "socket",
            "bind",
            "connect",
            "listen",
            "accept",
            "getsockname",
            "getpeername",
            "socketpair",
            "send",
            "recv",
            "sendto",
            "recvfrom",
            "shutdown",
            "setsockopt",
            "getsockopt",
            "sendmsg",
            "recvmsg",
            "accept4",
            "recvmmsg",
            "sendmmsg");
    private static final Map<Integer, String> IPC_OPERATIONS = Map.ofEntries(
            Map.entry(1, "semop"),
            Map.entry(2, "semget"),
            Map.entry(3, "semctl"),
            Map.entry(4, "semtimedop"),
            Map.entry(11, "msgsnd"),
            Map.entry(12, "msgrcv"),
            Map.entry(13, "msgget"),
            Map.entry(14, "msgctl"),
            Map.entry(21, "shmat"),
            Map.entry(22, "shmdt"),
            Map.entry(23, "shmget"),
            Map.entry(24, "shmctl"));

    private static final Map<Abi, Map<Integer, String>> NAMES = namesByNumber();

    private final Profile profile;
    private final Set<Abi> listed;
    private final Map<String, List<Rule>> rules = new HashMap<>();
    private final Map<Abi, Integer> largest = new EnumMap<>(Abi.class);

    ReferenceFilter(Profile profile, Abi nativeAbi) {
        this.profile = profile;
        this.listed = EnumSet.of(nativeAbi);
        for (Architecture architecture : profile.architectures()) {
            boolean isOfAnArmMachine = architecture == Architecture.AARCH64 || architecture == Architecture.ARM;
            if (isOfAnArmMachine == (nativeAbi == Abi.ARM64)) {
                architecture.abi().ifPresent(listed::add);
            }
        }
        for (Rule rule : profile.rules()) {
            for (String name : new LinkedHashSet<>(rule.names())) {
                rules.computeIfAbsent(name, unknown -> new ArrayList<>()).add(rule);
            }
        }
    }

    private static Map<Abi, Map<Integer, String>> namesByNumber() {
        Map<Abi, Map<Integer, String>> names = new EnumMap<>(Abi.class);
        for (Abi abi : Abi.values()) {
            Map<Integer, String> byNumber = new HashMap<>();
            for (SystemCall call : SystemCall.all()) {
                call.number(abi).ifPresent(number -> byNumber.put(number, call.name()));
            }
            names.put(abi, Map.copyOf(byNumber));
        }
        return Map.copyOf(names);
    }

    Verdict run(int auditArch, int number, long... arguments) {
        Optional<Abi> abi = conventionOf(auditArch, number);
        if (abi.isEmpty()) {
            return KILL;
        }
        boolean x86 = auditArch == AuditArch.X86_64;
        if (isNewerThanTheProfile(abi.get(), number)) {
            return NO_SUCH_CALL;
        }
        boolean inX32Space = x86 && Integer.compareUnsigned(number, Abi.X32_BIT) >= 0 && number != -1;
        if (inX32Space && !listed.contains(Abi.X32)) {
            return KILL;
        }
        String name = NAMES.get(abi.get()).getOrDefault(number, "");
        if (abi.get() == Abi.I386 && (name.equals("socketcall") || name.equals("ipc")) && !hasUnconditional(name)) {
            return multiplexed(name, (int) argument(arguments, 0), arguments);
        }
        return decide(matching(name, abi.get(), arguments), byDefault());
    }

    /** Whether the arguments of that call can matter. */
    boolean looksAtArguments(int auditArch, int number) {
        Optional<Abi> abi = conventionOf(auditArch, number);
        String name = abi.isEmpty() ? "" : NAMES.get(abi.get()).getOrDefault(number, "");
        return name.equals("socketcall")
                || name.equals("ipc")
                || rulesFor(name).stream().anyMatch(rule -> !rule.args().isEmpty());
    }

    /** The convention that bit 30 and the architecture say, when it can be one of the machine's. */
    private Optional<Abi> conventionOf(int auditArch, int number) {
        if (auditArch == AuditArch.X86_64) {
            if (!listed.contains(Abi.X86_64)) {
                return Optional.empty();
            }
            return Optional.of((number & Abi.X32_BIT) != 0 ? Abi.X32 : Abi.X86_64);
        }
        return listed.stream().filter(abi -> abi.auditArch() == auditArch).findFirst();
    }

    private boolean isNewerThanTheProfile(Abi abi, int number) {
        Action byDefault = profile.defaultAction();
        if (byDefault == Action.ALLOW
                || byDefault == Action.LOG
                || byDefault == Action.TRACE
                || !listed.contains(abi)) {
            return false;
        }
        int largest = this.largest.computeIfAbsent(abi, this::largestNamed);
        return largest > 0 && Integer.compareUnsigned(number, largest) > 0;
    }

    private int largestNamed(Abi abi) {
        int largest = 0;
        for (Rule rule : profile.rules()) {
            for (String name : rule.names()) {
                largest = Math.max(
                        largest,
                        SystemCall.named(name)
                                .map(call -> call.number(abi).orElse(0))
                                .orElse(0));
            }
        }
        return largest;
    }

    private Verdict byDefault() {
        return Verdict.of(profile.defaultAction(), profile.defaultErrnoRet());
    }

    private record Match(Verdict verdict, boolean unconditional) {}

    private List<Match> matching(String name, Abi abi, long[] arguments) {
        List<Match> matches = new ArrayList<>();
        for (Rule rule : rulesFor(name)) {
            if (matches(rule, abi, arguments)) {
                matches.add(new Match(
                        Verdict.of(rule.action(), rule.errnoRet()), rule.args().isEmpty()));
            }
        }
        return matches;
    }

    /** The strictest of those that match; the first unconditional one stands for the default. */
    private static Verdict decide(List<Match> matches, Verdict byDefault) {
        Optional<Verdict> unconditional = matches.stream()
                .filter(Match::unconditional)
                .map(Match::verdict)
                .findFirst();
        Optional<Verdict> strictest = Optional.empty();
        for (Match match : matches) {
            if (!match.unconditional && (strictest.isEmpty() || rank(match.verdict) < rank(strictest.get()))) {
                strictest = Optional.of(match.verdict);
            }
        }
        if (unconditional.isEmpty()) {
            return strictest.orElse(byDefault);
        }
        boolean overridden = strictest.isPresent() && rank(strictest.get()) < rank(unconditional.get());
        return overridden ? strictest.get() : unconditional.get();
    }

    private static int rank(Verdict verdict) {
        return List.of(
                        Action.KILL_PROCESS,
                        Action.KILL_THREAD,
                        Action.TRAP,
                        Action.ERRNO,
                        Action.NOTIFY,
                        Action.TRACE,
                        Action.LOG,
                        Action.ALLOW)
                .indexOf(verdict.action());
    }

    /** Those that name the call, in the order of the profile; none for a number without a name. */
    private List<Rule> rulesFor(String name) {
        return name.isEmpty() ? List.of() : rules.getOrDefault(name, List.of());
    }

    private boolean hasUnconditional(String name) {
        return rulesFor(name).stream().anyMatch(rule -> rule.args().isEmpty());
    }

    private Verdict multiplexed(String name, int selector, long[] arguments) {
        List<Match> matches = new ArrayList<>(matching(name, Abi.I386, arguments));
        String operation = name.equals("ipc")
                ? IPC_OPERATIONS.getOrDefault(selector & 0xffff, "")
                : selector > 0 && selector < SOCKET_OPERATIONS.size() ? SOCKET_OPERATIONS.get(selector) : "";
        Verdict base = byDefault();
        boolean found = false;
        for (Rule rule : profile.rules()) {
            if (!operation.isEmpty()
                    && !found
                    && rule.names().contains(operation)
                    && rule.args().isEmpty()) {
                base = Verdict.of(rule.action(), rule.errnoRet());
                matches.add(new Match(base, false));
                found = true;
            }
        }
        for (Rule rule : profile.rules()) {
            if (!operation.isEmpty()
                    && rule.names().contains(operation)
                    && !rule.args().isEmpty()) {
                Verdict verdict = Verdict.of(rule.action(), rule.errnoRet());
                if (rank(verdict) < rank(base)) {
                    matches.add(new Match(verdict, false));
                }
            }
        }
        return decide(matches, byDefault());
    }

    private static boolean matches(Rule rule, Abi abi, long[] arguments) {
        boolean repeats = rule.args().stream().map(ArgCheck::index).distinct().count()
                < rule.args().size();
        return repeats
                ? rule.args().stream().anyMatch(check -> holds(check, abi, arguments))
                : rule.args().stream().allMatch(check -> holds(check, abi, arguments));
    }

    private static boolean holds(ArgCheck check, Abi abi, long[] arguments) {
        BigInteger argument = unsigned(argument(arguments, check.index()));
        BigInteger mask = unsigned(check.op() == Operator.MASKED_EQ ? check.value() : -1);
        BigInteger value =
                unsigned(check.op() == Operator.MASKED_EQ ? check.valueTwo() & check.value() : check.value());
        if (abi.wordBits() == 32) {
            argument = lowerHalf(argument);
            boolean signExtended = value.longValue() == value.intValue();
            value = signExtended ? lowerHalf(value) : value;
        }
        int comparison = argument.and(mask).compareTo(value);
        return switch (check.op()) {
            case NE -> comparison != 0;
            case LT -> comparison < 0;
            case LE -> comparison <= 0;
            case EQ, MASKED_EQ -> comparison == 0;
            case GE -> comparison >= 0;
            case GT -> comparison > 0;
        };
    }

    private static long argument(long[] arguments, int index) {
        return index < arguments.length ? arguments[index] : 0;
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static BigInteger lowerHalf(BigInteger value) {
        return value.and(BigInteger.valueOf(0xffffffffL));
    }
}

package dev.estiba.runtime.seccomp;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.SystemCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Compiles a profile to a filter. What a profile means is written at the package.
 *
 * <p>The same profile always gives the same bytes. The filter looks at the calling convention, then at the number by a
 * {@link CallTree}, then, where a rule has conditions, at the arguments.
 */
public final class FilterCompiler {
    private static final long X32_START = Abi.X32_BIT;
    /** Bit 31 without x32's bit 30: no call, but runc's comparison for new calls sees it. */
    private static final long BIT_31_START = 0x80000000L;

    private static final long BIT_31_AND_X32_START = 0xc0000000L;
    private static final long MINUS_ONE = 0xffffffffL;

    /** Waiting for a listener that it is to bring, it would wait for ever. */
    private static final String SENDS_THE_LISTENER = "sendmsg";

    private final Profile profile;
    private final Verdict byDefault;
    private final Map<String, List<Clause>> book;
    private final Decisions wide;
    private final Decisions narrow;

    private FilterCompiler(Profile profile) {
        this.profile = profile;
        this.byDefault = profile.defaultVerdict();
        this.book = clausesByName(profile.rules());
        this.wide = new Decisions(byDefault, Long.SIZE);
        this.narrow = new Decisions(byDefault, Integer.SIZE);
    }

    /**
     * Compiles a profile.
     *
     * @param nativeAbi the machine's own calling convention, x86-64 or arm64
     * @throws SeccompException when the profile asks for NOTIFY where nobody could answer, or needs more instructions than the kernel takes
     */
    public static FilterProgram compile(Profile profile, Abi nativeAbi) throws SeccompException {
        refuseNotify(profile);
        return new FilterCompiler(profile).compile(nativeAbi);
    }

    private static void refuseNotify(Profile profile) throws SeccompException {
        if (profile.defaultAction() == Action.NOTIFY) {
            throw new SeccompException("the seccomp profile has SCMP_ACT_NOTIFY as its default action, which no profile"
                    + " can have: the call that hands over its listener would wait for it");
        }
        for (Rule rule : profile.rules()) {
            if (rule.action() == Action.NOTIFY && rule.names().contains(SENDS_THE_LISTENER)) {
                throw new SeccompException("SCMP_ACT_NOTIFY cannot be used for the " + SENDS_THE_LISTENER
                        + " syscall: it hands over its listener");
            }
        }
    }

    private static Map<String, List<Clause>> clausesByName(List<Rule> rules) {
        Map<String, List<Clause>> book = new HashMap<>();
        for (Rule rule : rules) {
            Clause clause = Clause.of(rule);
            List<Clause> alone = List.of(clause);
            for (String name : rule.names()) {
                List<Clause> before = book.putIfAbsent(name, alone);
                if (before != null) {
                    book.put(name, append(before, clause));
                }
            }
        }
        return book;
    }

    /** Most calls have one clause and share its list; a second one makes a list that grows. */
    private static List<Clause> append(List<Clause> before, Clause clause) {
        List<Clause> more = before instanceof ArrayList<Clause> ? before : new ArrayList<>(before);
        more.add(clause);
        return more;
    }

    private FilterProgram compile(Abi nativeAbi) throws SeccompException {
        EnumSet<Abi> abis = EnumSet.of(nativeAbi);
        for (Architecture architecture : profile.architectures()) {
            Optional<Abi> abi = architecture.abi();
            if (abi.isPresent() && canOccur(nativeAbi, abi.get())) {
                abis.add(abi.get());
            }
        }
        Assembler assembler = new Assembler();
        DecisionCode code = new DecisionCode(assembler);
        Place next = assembler.returning(Verdict.BAD_ARCHITECTURE);
        // From the last one to the first: the machine's own convention is asked for first and lies nearest.
        if (abis.contains(Abi.I386)) {
            next = section(assembler, code, Abi.I386, plain(Abi.I386), next);
        }
        if (abis.contains(Abi.ARM)) {
            next = section(assembler, code, Abi.ARM, plain(Abi.ARM), next);
        }
        CallSpace own = switch (nativeAbi) {
            case X86_64 -> x86(abis.contains(Abi.X32));
            case ARM64 -> plain(Abi.ARM64);
            case I386, X32, ARM -> throw new SeccompException("no filter is compiled for a machine of " + nativeAbi);
        };
        next = section(assembler, code, nativeAbi, own, next);
        return assembler.finish(assembler.load(Bpf.ARCH, next), profile.flagBits());
    }

    /** A machine runs its own calls and those of its 32-bit modes; code for others would never be reached. */
    private static boolean canOccur(Abi nativeAbi, Abi abi) {
        return switch (abi) {
            case X86_64, X32, I386 -> nativeAbi == Abi.X86_64;
            case ARM64, ARM -> nativeAbi == Abi.ARM64;
        };
    }

    private static Place section(Assembler assembler, DecisionCode code, Abi abi, CallSpace space, Place otherwise)
            throws SeccompException {
        Place calls = new CallTree(assembler, code, space).write();
        return assembler.branch(Bpf.JUMP_IF_EQUAL, abi.auditArch(), calls, otherwise);
    }

    /** The numbers of a convention that shares its audit architecture with no other. */
    private CallSpace plain(Abi abi) throws SeccompException {
        CallSpace space = new CallSpace();
        Numbered calls = numbered(abi);
        addCalls(space, 0, calls);
        return space;
    }

    /** The numbers of x86-64 and x32, which bit 30 tells apart. */
    private CallSpace x86(boolean withX32) throws SeccompException {
        CallSpace space = new CallSpace();
        Decision kill = new Decision.Fixed(Verdict.BAD_ARCHITECTURE);
        Decision ordinary = new Decision.Fixed(byDefault);
        Numbered calls = numbered(Abi.X86_64);
        addCalls(space, 0, calls);
        Decision newerX32 = ordinary;
        if (withX32) {
            Numbered x32Calls = numbered(Abi.X32);
            addCalls(space, X32_START, x32Calls);
            newerX32 = newer(x32Calls);
        } else {
            space.from(X32_START, kill);
        }
        // The comparison for new calls comes before libseccomp's for x32 and looks at bit 30 only.
        boolean isNewer = calls.largest() > 0 && answersNewCalls();
        space.from(BIT_31_START, isNewer || withX32 ? newer(calls) : kill);
        space.from(BIT_31_AND_X32_START, withX32 ? newerX32 : kill);
        if (!withX32) {
            space.from(MINUS_ONE, ordinary);
        }
        return space;
    }

    private void addCalls(CallSpace space, long start, Numbered calls) {
        Decision ordinary = new Decision.Fixed(byDefault);
        space.from(start, ordinary);
        for (int i = 0; i < calls.numbers().length; i++) {
            long number = calls.numbers()[i];
            space.from(number, calls.decisions()[i]);
            space.from(number + 1, ordinary);
        }
        space.from(Math.max(start, calls.largest() + 1L), newer(calls));
    }

    /** What becomes of a number above all that the profile names. */
    private Decision newer(Numbered calls) {
        return new Decision.Fixed(calls.largest() > 0 && answersNewCalls() ? Verdict.NO_SUCH_CALL : byDefault);
    }

    private boolean answersNewCalls() {
        return !profile.defaultAction().letsThrough();
    }

    /**
     * The calls of a convention that the profile has an opinion on, by number; none is negative.
     *
     * @param largest the largest number that the profile names there; 0 when it names none or only number 0, as runc
     *     has it
     */
    private record Numbered(int[] numbers, Decision[] decisions, int largest) {}

    private Numbered numbered(Abi abi) throws SeccompException {
        Map<Integer, Decision> decisions = new HashMap<>();
        int largest = 0;
        for (Map.Entry<String, List<Clause>> named : book.entrySet()) {
            OptionalInt number = number(named.getKey(), abi);
            if (number.isPresent()) {
                decisions.put(number.getAsInt(), decisions(abi).of(named.getValue()));
                largest = Math.max(largest, number.getAsInt());
            }
        }
        if (abi == Abi.I386) {
            addMultiplexed(decisions);
        }
        int[] numbers = new int[decisions.size()];
        int count = 0;
        for (int number : decisions.keySet()) {
            numbers[count++] = number;
        }
        Arrays.sort(numbers);
        Decision[] sorted = new Decision[count];
        for (int i = 0; i < count; i++) {
            sorted[i] = java.util.Objects.requireNonNull(decisions.get(numbers[i]));
        }
        return new Numbered(numbers, sorted, largest);
    }

    private Decisions decisions(Abi abi) {
        return abi.wordBits() == Long.SIZE ? wide : narrow;
    }

    private void addMultiplexed(Map<Integer, Decision> decisions) throws SeccompException {
        for (Multiplexed call : Multiplexed.values()) {
            List<Clause> clauses = call.clauses(book, byDefault);
            if (!clauses.isEmpty()) {
                int number = number(call.callName(), Abi.I386).orElseThrow();
                decisions.put(number, decisions(Abi.I386).of(clauses));
            }
        }
    }

    private static OptionalInt number(String name, Abi abi) {
        Optional<SystemCall> call = SystemCall.named(name);
        return call.isPresent() ? call.get().number(abi) : OptionalInt.empty();
    }
}

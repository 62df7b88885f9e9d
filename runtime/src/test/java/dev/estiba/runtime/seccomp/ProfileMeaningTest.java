package dev.estiba.runtime.seccomp;

import static dev.estiba.runtime.seccomp.Profiles.allow;
import static dev.estiba.runtime.seccomp.Profiles.allowing;
import static dev.estiba.runtime.seccomp.Profiles.arg;
import static dev.estiba.runtime.seccomp.Profiles.denying;
import static dev.estiba.runtime.seccomp.Profiles.errno;
import static dev.estiba.runtime.seccomp.Profiles.masked;
import static dev.estiba.runtime.seccomp.Profiles.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import dev.estiba.linux.number.SystemCall;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each sentence about the meaning of a profile, by an example whose answer is written out. */
class ProfileMeaningTest {
    private static final long SOCKETCALL_SOCKET = 1;
    private static final long SOCKETCALL_BIND = 2;

    private static String verdict(Profile profile, Abi abi, String call, long... arguments) throws Exception {
        int number = SystemCall.named(call).orElseThrow().number(abi).orElseThrow();
        return verdict(profile, abi.auditArch(), number, arguments);
    }

    private static String verdict(Profile profile, int arch, int number, long... arguments) throws Exception {
        FilterProgram program = FilterCompiler.compile(profile, Abi.X86_64);
        return new FilterInterpreter(program).run(arch, number, arguments).toString();
    }

    private static Profile withArchitectures(Action byDefault, List<Architecture> architectures, Rule... rules) {
        return new Profile(byDefault, OptionalInt.empty(), architectures, Set.of(), List.of(rules));
    }

    @Test
    void aRuleWithoutConditionsHoldsAlways() throws Exception {
        Profile profile = denying(allow("read"), errno(38, "clone3"), allow("write"));
        assertThat(verdict(profile, Abi.X86_64, "read")).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "read")).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X32, "read")).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "clone3")).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(profile, Abi.X86_64, "mount")).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void everyActionHasItsValue() throws Exception {
        Profile profile = denying(
                rule(Action.KILL_PROCESS, "read"),
                rule(Action.KILL_THREAD, "write"),
                rule(Action.TRAP, "open"),
                rule(Action.TRACE, "close"),
                new Rule(List.of("stat"), Action.TRACE, OptionalInt.of(0xffff), List.of()),
                rule(Action.LOG, "fstat"),
                rule(Action.ERRNO, "lstat"));
        FilterInterpreter filter = new FilterInterpreter(FilterCompiler.compile(profile, Abi.X86_64));
        int[] expected = {0x80000000, 0x00000000, 0x00030000, 0x7ff00001, 0x7ff0ffff, 0x7ffc0000, 0x00050001};
        int[] numbers = {0, 1, 2, 3, 4, 5, 6};
        for (int i = 0; i < numbers.length; i++) {
            assertThat(filter.run(AuditArch.X86_64, numbers[i]).value())
                    .as("call " + i)
                    .isEqualTo(expected[i]);
        }
    }

    @Test
    void errnoRetOfActionsThatHaveNoneIsUnused() throws Exception {
        Rule rule = new Rule(List.of("read"), Action.ALLOW, OptionalInt.of(99999), List.of());
        assertThat(verdict(denying(rule), Abi.X86_64, "read")).isEqualTo("ALLOW");
    }

    @Test
    void comparisonsAreUnsignedOn64Bits() throws Exception {
        long pivot = 0x500000005L;
        long[] values = {0, 0x4ffffffffL, pivot - 1, pivot, pivot + 1, 0x500000006L, 0x600000000L, Long.MIN_VALUE, -1};
        boolean[][] holds = {
            {true, true, true, false, true, true, true, true, true},
            {true, true, true, false, false, false, false, false, false},
            {true, true, true, true, false, false, false, false, false},
            {false, false, false, true, false, false, false, false, false},
            {false, false, false, true, true, true, true, true, true},
            {false, false, false, false, true, true, true, true, true},
        };
        Operator[] operators = {Operator.NE, Operator.LT, Operator.LE, Operator.EQ, Operator.GE, Operator.GT};
        for (int op = 0; op < operators.length; op++) {
            Profile profile = denying(allow("ioctl", arg(1, operators[op], pivot)));
            for (int i = 0; i < values.length; i++) {
                assertThat(verdict(profile, Abi.X86_64, "ioctl", 0, values[i]))
                        .as("%#x %s %#x", values[i], operators[op], pivot)
                        .isEqualTo(holds[op][i] ? "ALLOW" : "ERRNO(EPERM)");
            }
        }
    }

    @Test
    void aMaskedComparisonLooksAtTheBitsOfTheMask() throws Exception {
        Profile profile =
                denying(allow("clone", masked(0, 0x7E020000, 0)), allow("ioctl", masked(1, 0xf0000000fL, 0x30L)));
        assertThat(verdict(profile, Abi.X86_64, "clone", 0x11)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "clone", 0xffffffff81fdffffL)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "clone", 0x10000000)).isEqualTo("ERRNO(EPERM)");
        // The value counts only where the mask has bits: libseccomp cuts it, db.c.
        assertThat(verdict(profile, Abi.X86_64, "ioctl", 0, 0xabcd000000f0L)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.X86_64, "ioctl", 0, 0xabc0000000f0L)).isEqualTo("ALLOW");
    }

    @Test
    void conditionsOnSeveralArgumentsMustAllHold() throws Exception {
        Profile profile = denying(
                allow("socket", arg(0, Operator.EQ, 2), arg(1, Operator.EQ, 1)),
                allow("socket", arg(2, Operator.EQ, 6)));
        assertThat(verdict(profile, Abi.X86_64, "socket", 2, 1, 0)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "socket", 2, 2, 0)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.X86_64, "socket", 3, 1, 0)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.X86_64, "socket", 3, 3, 6)).isEqualTo("ALLOW");
    }

    /** runc's matchCall: «revert to old behavior, adding each condition as a separate rule». */
    @Test
    void twoConditionsOnOneArgumentAreTwoRules() throws Exception {
        Profile profile =
                denying(allow("socket", arg(0, Operator.EQ, 2), arg(0, Operator.EQ, 10), arg(1, Operator.EQ, 5)));
        assertThat(verdict(profile, Abi.X86_64, "socket", 2, 1)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "socket", 10, 1)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "socket", 7, 5)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "socket", 7, 1)).isEqualTo("ERRNO(EPERM)");
    }

    /** faults of this class: a profile that denies some arguments with the default's own errno, moby 7158007. */
    @Test
    void denyRulesWithTheDefaultsErrnoHoldAgainstAnAllowOfOtherArguments() throws Exception {
        Rule denyAlg = errno(1, "socket", arg(0, Operator.EQ, 38));
        Rule allowStreams = allow("socket", arg(1, Operator.EQ, 1));
        Rule allowAll = allow("socket");
        for (Profile profile : List.of(
                denying(denyAlg, allowStreams),
                denying(allowStreams, denyAlg),
                denying(denyAlg, allowAll),
                denying(allowAll, denyAlg))) {
            assertThat(verdict(profile, Abi.X86_64, "socket", 38, 1)).isEqualTo("ERRNO(EPERM)");
            assertThat(verdict(profile, Abi.I386, "socket", 38, 1)).isEqualTo("ERRNO(EPERM)");
            assertThat(verdict(profile, Abi.X32, "socket", 38, 1)).isEqualTo("ERRNO(EPERM)");
            assertThat(verdict(profile, Abi.X86_64, "socket", 2, 1)).isEqualTo("ALLOW");
        }
    }

    /** The second half of the same fault: socketcall denied with the default's errno, sockets allowed by argument. */
    @Test
    void aDeniedSocketcallIsNotOpenedByRulesForSocket() throws Exception {
        Profile profile = denying(errno(1, "socketcall"), allow("socket", arg(0, Operator.LT, 38)), allow("bind"));
        assertThat(verdict(profile, Abi.I386, "socketcall", SOCKETCALL_SOCKET, 0x1000))
                .isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.I386, "socketcall", SOCKETCALL_BIND, 0x1000))
                .isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.I386, "socket", 2)).isEqualTo("ALLOW");
    }

    @Test
    void socketcallFollowsFromTheRulesForItsOperations() throws Exception {
        Profile profile =
                denying(allow("bind"), allow("accept"), allow("socket", arg(0, Operator.LT, 38)), allow("shmat"));
        assertThat(verdict(profile, Abi.I386, "socketcall", SOCKETCALL_BIND)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "socketcall", 5)).isEqualTo("ALLOW");
        // A family cannot be seen there, so what allows some families allows none.
        assertThat(verdict(profile, Abi.I386, "socketcall", SOCKETCALL_SOCKET)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.I386, "socketcall", 3)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.I386, "ipc", 21)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "ipc", 0x10015))
                .as("version 1 of shmat")
                .isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "ipc", 22)).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void aDenyByArgumentIsADenyOfTheWholeOperationOfSocketcall() throws Exception {
        Profile profile = allowing(errno(97, "socket", arg(0, Operator.EQ, 38)), errno(1, "semop"));
        assertThat(verdict(profile, Abi.I386, "socketcall", SOCKETCALL_SOCKET)).isEqualTo("ERRNO(EAFNOSUPPORT)");
        assertThat(verdict(profile, Abi.I386, "socketcall", SOCKETCALL_BIND)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "socket", 2)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "ipc", 0x30001)).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void anUnconditionalRuleForSocketcallDecidesAlone() throws Exception {
        Profile profile = denying(allow("socketcall"), errno(97, "socket", arg(0, Operator.EQ, 38)));
        assertThat(verdict(profile, Abi.I386, "socketcall", SOCKETCALL_SOCKET)).isEqualTo("ALLOW");
    }

    @Test
    void theStrictestOfTheMatchingRulesWins() throws Exception {
        Profile profile = denying(
                allow("ioctl", arg(0, Operator.GE, 1)),
                rule(Action.LOG, "ioctl", arg(0, Operator.GE, 2)),
                rule(Action.TRACE, "ioctl", arg(0, Operator.GE, 3)),
                errno(5, "ioctl", arg(0, Operator.GE, 4)),
                rule(Action.TRAP, "ioctl", arg(0, Operator.GE, 5)),
                rule(Action.KILL_THREAD, "ioctl", arg(0, Operator.GE, 6)),
                rule(Action.KILL_PROCESS, "ioctl", arg(0, Operator.GE, 7)));
        String[] expected = {
            "ERRNO(EPERM)", "ALLOW", "LOG", "TRACE(1)", "ERRNO(EIO)", "TRAP", "KILL_THREAD", "KILL_PROCESS"
        };
        for (int value = 0; value < expected.length; value++) {
            assertThat(verdict(profile, Abi.X86_64, "ioctl", value)).isEqualTo(expected[value]);
        }
    }

    @Test
    void ofTwoErrnosTheFirstOneIsAnswered() throws Exception {
        Profile profile =
                allowing(errno(7, "ioctl", arg(0, Operator.GE, 1)), errno(9, "ioctl", arg(1, Operator.GE, 1)));
        assertThat(verdict(profile, Abi.X86_64, "ioctl", 1, 1)).isEqualTo("ERRNO(E2BIG)");
        assertThat(verdict(profile, Abi.X86_64, "ioctl", 0, 1)).isEqualTo("ERRNO(EBADF)");
    }

    /** As in libseccomp, which drops what comes after it: a profile that adds a name to the first list relies on it. */
    @Test
    void theFirstUnconditionalRuleStandsForTheDefault() throws Exception {
        assertThat(verdict(denying(allow("clone3"), errno(38, "clone3")), Abi.X86_64, "clone3"))
                .isEqualTo("ALLOW");
        assertThat(verdict(denying(errno(38, "clone3"), allow("clone3")), Abi.X86_64, "clone3"))
                .isEqualTo("ERRNO(ENOSYS)");
        Profile loosened = denying(errno(5, "ioctl"), allow("ioctl", arg(0, Operator.EQ, 1)));
        assertThat(verdict(loosened, Abi.X86_64, "ioctl", 1)).isEqualTo("ERRNO(EIO)");
    }

    @Test
    void namesThatNoTableKnowsAreIgnored() throws Exception {
        Profile profile = denying(new Rule(
                List.of("no_such_call", "read", "READ", "waitpid"), Action.ALLOW, OptionalInt.empty(), List.of()));
        assertThat(verdict(profile, Abi.X86_64, "read")).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "waitpid")).isEqualTo("ALLOW");
    }

    @Test
    void callsNewerThanTheProfileAnswerEnosys() throws Exception {
        Profile profile = denying(allow("read"), errno(1, "openat2"), allow("no_such_call"));
        int openat2 = 437;
        assertThat(verdict(profile, AuditArch.X86_64, openat2)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, AuditArch.X86_64, openat2 - 1)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, AuditArch.X86_64, openat2 + 1)).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(profile, AuditArch.X86_64, 0x3fffffff)).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(profile, AuditArch.I386, openat2 + 1)).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(profile, AuditArch.I386, -1)).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(profile, AuditArch.X86_64, Abi.X32_BIT | openat2)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, AuditArch.X86_64, Abi.X32_BIT | openat2 + 1))
                .isEqualTo("ERRNO(ENOSYS)");
    }

    @Test
    void aDefaultThatLetsThroughLetsNewCallsThrough() throws Exception {
        for (Action action : List.of(Action.ALLOW, Action.LOG, Action.TRACE)) {
            Profile profile = withArchitectures(action, Profiles.ALL_X86, errno(1, "read"));
            assertThat(verdict(profile, AuditArch.X86_64, 999)).startsWith(action.name());
        }
        for (Action action : List.of(Action.KILL_THREAD, Action.KILL_PROCESS, Action.TRAP)) {
            Profile profile = withArchitectures(action, Profiles.ALL_X86, allow("write"));
            assertThat(verdict(profile, AuditArch.X86_64, 999)).isEqualTo("ERRNO(ENOSYS)");
            assertThat(verdict(profile, AuditArch.X86_64, 0)).isEqualTo(action.name());
        }
    }

    @Test
    void aProfileWithoutRulesKnowsNoNewCalls() throws Exception {
        assertThat(verdict(denying(), AuditArch.X86_64, 999)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(denying(allow("read")), AuditArch.X86_64, 999))
                .as("runc takes the largest number 0 for none")
                .isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void aConventionThatIsNotListedKills() throws Exception {
        Profile profile = withArchitectures(Action.ERRNO, List.of(), allow("write"), allow("rseq"));
        assertThat(verdict(profile, Abi.X86_64, "write")).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "write")).isEqualTo("KILL_THREAD");
        assertThat(verdict(profile, Abi.X32, "write")).isEqualTo("KILL_THREAD");
        assertThat(verdict(profile, AuditArch.X86_64, Abi.X32_BIT)).isEqualTo("KILL_THREAD");
        assertThat(verdict(profile, AuditArch.X86_64, -2)).isEqualTo("KILL_THREAD");
        assertThat(verdict(profile, AuditArch.X86_64, -1)).as("a tracer's skip").isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, AuditArch.X86_64, 0x80000000))
                .as("bit 30 is clear")
                .isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(profile, AuditArch.AARCH64, 64)).isEqualTo("KILL_THREAD");
        assertThat(verdict(profile, 0, 0)).isEqualTo("KILL_THREAD");
    }

    @Test
    void theMachinesOwnConventionIsAlwaysListed() throws Exception {
        Profile profile = withArchitectures(
                Action.ERRNO, List.of(Architecture.X86, Architecture.S390X, Architecture.AARCH64), allow("write"));
        assertThat(verdict(profile, Abi.X86_64, "write")).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "write")).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X32, "write")).isEqualTo("KILL_THREAD");
    }

    @Test
    void x32HasNumbersOfItsOwn() throws Exception {
        Profile profile = denying(allow("execve"), allow("pwritev2"));
        assertThat(verdict(profile, AuditArch.X86_64, 59)).isEqualTo("ALLOW");
        assertThat(verdict(profile, AuditArch.X86_64, Abi.X32_BIT | 520)).isEqualTo("ALLOW");
        assertThat(verdict(profile, AuditArch.X86_64, Abi.X32_BIT | 59)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, AuditArch.X86_64, 520)).isEqualTo("ERRNO(ENOSYS)");
    }

    @Test
    void a32BitConventionLooksAtTheLowerHalf() throws Exception {
        Profile profile = denying(
                allow("ioctl", arg(0, Operator.EQ, 5)),
                allow("fcntl", arg(0, Operator.EQ, -1)),
                allow("dup", arg(0, Operator.EQ, 0x100000005L)),
                allow("dup2", arg(0, Operator.LT, 0x100000005L)));
        long fiveAndMore = 0xabcd00000005L;
        assertThat(verdict(profile, Abi.X32, "ioctl", fiveAndMore)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "ioctl", fiveAndMore)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.I386, "fcntl", 0xffffffffL)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.X86_64, "fcntl", 0xffffffffL)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.I386, "dup", 5)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(profile, Abi.X86_64, "dup", 0x100000005L)).isEqualTo("ALLOW");
        assertThat(verdict(profile, Abi.I386, "dup2", 0xffffffffL)).isEqualTo("ALLOW");
    }
}

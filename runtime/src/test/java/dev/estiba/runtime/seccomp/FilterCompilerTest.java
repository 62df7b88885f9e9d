package dev.estiba.runtime.seccomp;

import static dev.estiba.runtime.seccomp.Profiles.allow;
import static dev.estiba.runtime.seccomp.Profiles.allowing;
import static dev.estiba.runtime.seccomp.Profiles.arg;
import static dev.estiba.runtime.seccomp.Profiles.denying;
import static dev.estiba.runtime.seccomp.Profiles.errno;
import static dev.estiba.runtime.seccomp.Profiles.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.SystemCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterCompilerTest {
    /** libseccomp's list for the same profile has about 1,025 instructions; a tree written by hand had 420. */
    @Test
    void dockersProfileIsShort() throws Exception {
        assertThat(FilterCompiler.compile(Profiles.docker(Abi.X86_64), Abi.X86_64)
                        .length())
                .isLessThanOrEqualTo(300);
        assertThat(FilterCompiler.compile(Profiles.docker(Abi.ARM64), Abi.ARM64).length())
                .isLessThanOrEqualTo(240);
    }

    @Test
    void theSameProfileMakesTheSameFilter() throws Exception {
        FilterProgram first = FilterCompiler.compile(Profiles.docker(Abi.X86_64), Abi.X86_64);
        assertThat(FilterCompiler.compile(Profiles.docker(Abi.X86_64), Abi.X86_64))
                .isEqualTo(first);
        assertThat(first.hashCode())
                .isEqualTo(FilterCompiler.compile(Profiles.docker(Abi.X86_64), Abi.X86_64)
                        .hashCode());
    }

    @Test
    void theOrderOfNamesIsNoPartOfTheFilter() throws Exception {
        List<String> names = new ArrayList<>(List.of("read", "write", "openat", "close", "mmap", "futex", "ioctl"));
        FilterProgram first = FilterCompiler.compile(
                denying(new Rule(names, Action.ALLOW, OptionalInt.empty(), List.of())), Abi.X86_64);
        Collections.shuffle(names, new Random(1));
        assertThat(FilterCompiler.compile(
                        denying(new Rule(names, Action.ALLOW, OptionalInt.empty(), List.of())), Abi.X86_64))
                .isEqualTo(first);
    }

    /** What is decided without looking at arguments lets the kernel skip the filter for the call from then on. */
    @Test
    void allowedCallsAreDecidedByFewComparisons() throws Exception {
        FilterProgram program = FilterCompiler.compile(Profiles.docker(Abi.X86_64), Abi.X86_64);
        List<String> listing = new FilterInterpreter(program).listing();
        assertThat(listing.get(0)).isEqualTo("0: load architecture");
        assertThat(listing.get(1)).startsWith("1: if == 0xc000003e go to ");
        assertThat(listing).noneMatch(line -> line.contains("code 0x"));
    }

    @Test
    void aListenerComesWithTheFilterThatAsksForOne() throws SeccompException {
        Profile profile = denying(rule(Action.NOTIFY, "mount"));
        FilterProgram program = FilterCompiler.compile(profile, Abi.X86_64);
        assertThat(program.notifies()).isTrue();
        assertThat(program.flags()).isEqualTo(FilterProgram.NEW_LISTENER);
        assertThat(FilterCompiler.compile(denying(), Abi.X86_64).notifies()).isFalse();
        Profile waiting = new Profile(
                Action.ALLOW,
                OptionalInt.empty(),
                List.of(),
                Set.of(Flag.WAIT_KILLABLE_RECV),
                List.of(rule(Action.NOTIFY, "mount")));
        assertThat(FilterCompiler.compile(waiting, Abi.X86_64).flags())
                .isEqualTo(FilterProgram.NEW_LISTENER | Flag.WAIT_KILLABLE_RECV.bit());
    }

    @Test
    void notifyIsRefusedWhereNobodyCouldAnswer() {
        assertThatThrownBy(() -> FilterCompiler.compile(denying(rule(Action.NOTIFY, "sendmsg")), Abi.X86_64))
                .isInstanceOf(SeccompException.class)
                .hasMessage("SCMP_ACT_NOTIFY cannot be used for the sendmsg syscall: it hands over its listener");
        Profile byDefault = new Profile(Action.NOTIFY, OptionalInt.empty(), List.of(), Set.of(), List.of());
        assertThatThrownBy(() -> FilterCompiler.compile(byDefault, Abi.X86_64))
                .isInstanceOf(SeccompException.class)
                .hasMessageStartingWith("the seccomp profile has SCMP_ACT_NOTIFY as its default action");
    }

    @Test
    void aFilterThatTheKernelWouldNotTakeIsRefused() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            rules.add(errno(1, "read", arg(0, Operator.EQ, i * 0x100000001L)));
        }
        assertThatThrownBy(() -> FilterCompiler.compile(allowing(rules.toArray(Rule[]::new)), Abi.X86_64))
                .isInstanceOf(SeccompException.class)
                .hasMessage("the seccomp profile needs more than 4096 filter instructions, which is all that the"
                        + " kernel takes");
    }

    /** Small to write down: each of all calls with thousands of alternatives whose values hash alike in Java. */
    @Test
    void aProfileMadeToCostTimeIsRefusedSoon() {
        List<String> names = SystemCall.all().stream().map(SystemCall::name).toList();
        List<ArgCheck> args = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            args.add(arg(0, Operator.EQ, i * 0x100000001L));
        }
        List<Rule> rules = new ArrayList<>();
        rules.add(new Rule(names, Action.ERRNO, OptionalInt.of(1), args.subList(0, 4_000)));
        for (String name : names) {
            rules.add(errno(2, name, arg(1, Operator.EQ, name.length())));
        }
        rules.add(new Rule(names, Action.ERRNO, OptionalInt.of(3), args));
        assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThatThrownBy(() -> FilterCompiler.compile(allowing(rules.toArray(Rule[]::new)), Abi.X86_64))
                        .isInstanceOf(SeccompException.class)
                        .hasMessageContaining("more than 4096 filter instructions"));
    }

    /** Every call alternately, with an errno of its own: no two ranges alike, all returns far. */
    @Test
    void theMostDividedProfileFits() throws Exception {
        List<Rule> rules = new ArrayList<>();
        int errno = 1;
        for (SystemCall call : SystemCall.all()) {
            rules.add(errno(errno++, call.name()));
        }
        FilterProgram program = FilterCompiler.compile(denying(rules.toArray(Rule[]::new)), Abi.X86_64);
        FilterInterpreter interpreter = new FilterInterpreter(program);
        for (Abi abi : List.of(Abi.X86_64, Abi.I386, Abi.X32)) {
            int expected = 1;
            for (SystemCall call : SystemCall.all()) {
                OptionalInt number = call.number(abi);
                if (number.isPresent()
                        && !call.name().equals("socketcall")
                        && !call.name().equals("ipc")) {
                    assertThat(interpreter
                                    .run(abi.auditArch(), number.getAsInt())
                                    .data())
                            .as(abi + " " + call)
                            .isEqualTo(expected);
                }
                expected++;
            }
        }
    }

    @Test
    void flagsBecomeBits() throws Exception {
        Profile profile =
                new Profile(Action.ALLOW, OptionalInt.empty(), List.of(), Set.of(Flag.LOG, Flag.TSYNC), List.of());
        assertThat(FilterCompiler.compile(profile, Abi.X86_64).flags()).isEqualTo(2);
        profile = new Profile(
                Action.ALLOW,
                OptionalInt.empty(),
                List.of(),
                Set.of(Flag.SPEC_ALLOW, Flag.WAIT_KILLABLE_RECV),
                List.of());
        assertThat(FilterCompiler.compile(profile, Abi.X86_64).flags())
                .as("the kernel takes WAIT_KILLABLE_RECV only with a listener")
                .isEqualTo(4);
    }

    @Test
    void onlyTwoMachinesAreCompiledFor() {
        assertThatThrownBy(() -> FilterCompiler.compile(denying(), Abi.I386))
                .isInstanceOf(SeccompException.class)
                .hasMessage("no filter is compiled for a machine of I386");
    }

    @Test
    void partsOfAProfileAreChecked() {
        assertThatThrownBy(() -> new ArgCheck(6, 0, 0, Operator.EQ))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a system call has no argument 6; they are 0 to 5");
        assertThatThrownBy(() -> new ArgCheck(-1, 0, 0, Operator.EQ)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> errno(4096, "read"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("errnoRet of SCMP_ACT_ERRNO is 4096; it can be 0 to 4095");
        assertThatThrownBy(() -> new Rule(List.of("read"), Action.TRACE, OptionalInt.of(65536), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("errnoRet of SCMP_ACT_TRACE is 65536; it can be 0 to 65535");
        assertThatThrownBy(() -> errno(-1, "read")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rule(List.of(), Action.ALLOW, OptionalInt.empty(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a seccomp rule names no system call");
        assertThatThrownBy(() -> allow(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a seccomp rule has an empty string among its system calls");
    }

    @Test
    void namesOfTheSpecificationAreFound() {
        assertThat(Action.named("SCMP_ACT_KILL")).contains(Action.KILL_THREAD);
        for (Action action : Action.values()) {
            assertThat(Action.named(action.specName())).contains(action);
        }
        assertThat(Action.named("SCMP_ACT_KILLALL")).isEmpty();
        assertThat(Action.named("ALLOW")).isEmpty();
        assertThat(Operator.named("SCMP_CMP_MASKED_EQ")).contains(Operator.MASKED_EQ);
        assertThat(Operator.named("EQ")).isEmpty();
        assertThat(Flag.named("SECCOMP_FILTER_FLAG_SPEC_ALLOW")).contains(Flag.SPEC_ALLOW);
        assertThat(Flag.named("SECCOMP_FILTER_FLAG_NEW_LISTENER")).isEmpty();
        assertThat(Architecture.named("SCMP_ARCH_X86")).contains(Architecture.X86);
        assertThat(Architecture.named("SCMP_ARCH_VAX")).isEmpty();
        assertThat(Architecture.values()).hasSize(23);
    }
}

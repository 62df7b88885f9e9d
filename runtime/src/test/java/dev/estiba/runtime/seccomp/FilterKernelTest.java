package dev.estiba.runtime.seccomp;

import static dev.estiba.runtime.seccomp.Profiles.allow;
import static dev.estiba.runtime.seccomp.Profiles.allowing;
import static dev.estiba.runtime.seccomp.Profiles.arg;
import static dev.estiba.runtime.seccomp.Profiles.errno;
import static dev.estiba.runtime.seccomp.Profiles.masked;
import static dev.estiba.runtime.seccomp.Profiles.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import dev.estiba.linux.number.SystemCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running kernel takes the filters and does what the interpreter says. Needs no privilege. */
class FilterKernelTest {
    private static final int SIGSYS = 31;
    private static final long BAD = -1;

    /** Calls that with these arguments do nothing, whoever makes them: a bad pointer, descriptor or flag each. */
    private static final List<String> HARMLESS_WITH_BAD_ARGUMENTS = List.of(
            "read",
            "write",
            "close",
            "dup",
            "fstat",
            "lseek",
            "ioctl",
            "fcntl",
            "ftruncate",
            "connect",
            "bind",
            "getsockopt",
            "open_by_handle_at",
            "bpf",
            "fsopen",
            "fsmount",
            "fsconfig",
            "mount",
            "umount2",
            "setns",
            "unshare",
            "sethostname",
            "setdomainname",
            "reboot",
            "chroot",
            "pivot_root",
            "delete_module",
            "init_module",
            "finit_module",
            "acct",
            "kcmp",
            "pidfd_getfd",
            "process_madvise",
            "iopl",
            "settimeofday",
            "clock_settime",
            "mbind",
            "set_mempolicy",
            "syslog",
            "perf_event_open",
            "userfaultfd",
            "keyctl",
            "add_key",
            "io_uring_setup",
            "io_uring_enter",
            "swapon",
            "swapoff",
            "quotactl",
            "statmount",
            "open_tree_attr",
            "file_getattr",
            "mseal",
            "landlock_restrict_self",
            "move_mount",
            "openat2",
            "fanotify_init",
            "name_to_handle_at",
            "memfd_create",
            "ustat",
            "sysfs",
            "migrate_pages",
            "move_pages",
            "lookup_dcookie",
            "process_vm_readv",
            "clone3",
            "futex_wait");

    @TempDir
    Path directory;

    private TryCalls kernel;

    @BeforeEach
    void compileTheProgram() throws Exception {
        kernel = TryCalls.orSkip(directory);
    }

    private static TryCalls.Call call(String name, long... arguments) {
        return new TryCalls.Call(
                false, SystemCall.named(name).orElseThrow().number(Abi.X86_64).orElseThrow(), arguments);
    }

    private static TryCalls.Call i386(String name, long... arguments) {
        return new TryCalls.Call(
                true, SystemCall.named(name).orElseThrow().number(Abi.I386).orElseThrow(), arguments);
    }

    @Test
    void dockersProfileDoesWhatTheInterpreterSays() throws Exception {
        List<TryCalls.Call> calls = new ArrayList<>();
        for (String name : HARMLESS_WITH_BAD_ARGUMENTS) {
            SystemCall systemCall = SystemCall.named(name).orElseThrow();
            int number = systemCall.number(Abi.X86_64).orElseThrow();
            calls.add(new TryCalls.Call(false, number, BAD, BAD, BAD, BAD, BAD, BAD));
            calls.add(new TryCalls.Call(false, number | Abi.X32_BIT, BAD, BAD, BAD, BAD, BAD, BAD));
        }
        for (long family : new long[] {1, 37, 38, 39, 40, 41, 255, 0xffffffffL, 0x100000026L, 0x100000028L, -1}) {
            calls.add(call("socket", family, BAD, BAD));
        }
        for (long persona : new long[] {1, 7, 0x20001, 0x20009, 0x100000000L, 0xffffffffL}) {
            calls.add(call("personality", persona));
        }
        // CLONE_SIGHAND without CLONE_VM is refused, so that no process comes of it: clone(2).
        calls.add(call("clone", 0x800));
        calls.add(call("clone", 0x800 | 0x10000000));
        calls.add(call("clone", 0x100000800L));
        for (int number : new int[] {337, 400, 423, 470, 500, 0x3fffffff, 0x7fffffff, 0x80000000, -2, -1}) {
            calls.add(new TryCalls.Call(false, number, BAD, BAD, BAD));
        }
        agrees(Profiles.docker(Abi.X86_64), calls);
    }

    @Test
    void i386CallsAreFilteredByTheirOwnNumbers() throws Exception {
        String parent = kernel.withoutFilter(List.of(i386("getppid"))).getFirst();
        assumeTrue(!parent.startsWith("killed") && Long.parseLong(parent) > 0, "this kernel runs no i386 calls");
        List<TryCalls.Call> calls = new ArrayList<>();
        for (String name : HARMLESS_WITH_BAD_ARGUMENTS) {
            SystemCall.named(name)
                    .orElseThrow()
                    .number(Abi.I386)
                    .ifPresent(number -> calls.add(new TryCalls.Call(true, number, BAD, BAD, BAD, BAD, BAD)));
        }
        calls.add(i386("socketcall", 1, BAD));
        calls.add(i386("socket", 38, BAD, BAD));
        calls.add(i386("socket", 41, BAD, BAD));
        calls.add(i386("ipc", 77));
        calls.add(i386("personality", 1));
        calls.add(i386("personality", 0xffffffffL));
        calls.add(new TryCalls.Call(true, 600));
        agrees(Profiles.docker(Abi.X86_64), calls);
        agrees(new Profile(Action.ERRNO, OptionalInt.of(7), List.of(), Set.of(), List.of()), calls);
    }

    /** Either the filter's errno, or a kill, or what the kernel answers anyway. */
    private void agrees(Profile profile, List<TryCalls.Call> calls) throws Exception {
        FilterProgram program = FilterCompiler.compile(profile, Abi.X86_64);
        FilterInterpreter interpreter = new FilterInterpreter(program);
        List<String> without = kernel.withoutFilter(calls);
        List<String> under = kernel.under(program, calls);
        for (int i = 0; i < calls.size(); i++) {
            TryCalls.Call call = calls.get(i);
            int arch = call.is32() ? AuditArch.I386 : AuditArch.X86_64;
            long[] arguments = call.arguments().clone();
            for (int a = 0; call.is32() && a < arguments.length; a++) {
                arguments[a] &= 0xffffffffL;
            }
            Verdict verdict = interpreter.run(arch, call.number(), arguments);
            assertThat(under.get(i))
                    .as("%s under %s (without a filter %s)", call.line(), verdict, without.get(i))
                    .isEqualTo(expected(verdict, without.get(i)));
        }
    }

    private static String expected(Verdict verdict, String without) {
        return switch (verdict.action()) {
            case ERRNO -> Integer.toString(-verdict.data());
            case KILL_PROCESS, KILL_THREAD, TRAP -> "killed " + SIGSYS;
            // Nobody traces the child: seccomp(2) answers ENOSYS.
            case TRACE, NOTIFY -> "-38";
            case LOG, ALLOW -> without;
        };
    }

    @Test
    void everyActionIsTheKernels() throws Exception {
        Profile profile = allowing(
                rule(Action.KILL_PROCESS, "getuid"),
                rule(Action.KILL_THREAD, "geteuid"),
                rule(Action.TRAP, "getgid"),
                errno(0, "getegid"),
                errno(4095, "getppid"),
                rule(Action.TRACE, "getpgrp"),
                rule(Action.LOG, "dup"));
        agrees(
                profile,
                List.of(
                        call("getuid"),
                        call("geteuid"),
                        call("getgid"),
                        call("getegid"),
                        call("getppid"),
                        call("getpgrp"),
                        call("dup", BAD),
                        call("close", BAD)));
    }

    @Test
    void everyOperatorIsTheKernels() throws Exception {
        long pivot = 0x500000005L;
        List<TryCalls.Call> calls = new ArrayList<>();
        for (long value : new long[] {
            0, 5, pivot - 1, pivot, pivot + 1, 0x400000006L, 0x600000000L, 0x5ffffffffL, -1, Long.MIN_VALUE
        }) {
            // The second argument of dup3 is looked at only after the first, a bad descriptor, was found good.
            calls.add(call("dup3", BAD, 0, value));
            calls.add(call("close", 0xffffffffL, value));
        }
        for (Operator op : Operator.values()) {
            ArgCheck check = op == Operator.MASKED_EQ ? masked(1, 0xf0000000fL, pivot) : arg(1, op, pivot);
            agrees(allowing(errno(77, "close", check)), calls);
        }
    }

    @Test
    void flagsAreTaken() throws Exception {
        Profile profile = new Profile(
                Action.ALLOW, OptionalInt.empty(), List.of(), Set.of(Flag.values()), List.of(errno(77, "close")));
        FilterProgram program = FilterCompiler.compile(profile, Abi.X86_64);
        assertThat(program.flags()).isEqualTo(Flag.LOG.bit() | Flag.SPEC_ALLOW.bit());
        assertThat(kernel.under(program, List.of(call("close", BAD)))).containsExactly("-77");
    }

    @Test
    void aLongFilterWithFarJumpsIsTaken() throws Exception {
        List<Rule> rules = new ArrayList<>();
        for (int value = 0; value < 900; value++) {
            rules.add(errno(2 + value % 10, "close", arg(1, Operator.EQ, value * 0x100000001L)));
        }
        Profile profile = new Profile(Action.ALLOW, OptionalInt.empty(), List.of(), Set.of(), rules);
        assertThat(FilterCompiler.compile(profile, Abi.X86_64).length()).isGreaterThan(3_600);
        agrees(
                profile,
                List.of(
                        call("close", BAD, 0),
                        call("close", BAD, 500 * 0x100000001L),
                        call("close", BAD, 899 * 0x100000001L),
                        call("close", BAD, 900 * 0x100000001L),
                        call("close", BAD, 500)));
    }

    /** Why Docker's profile has two rules of ours: see there. */
    @Test
    void theUpperHalfOfASocketsFamilyOpensNoDoor() throws Exception {
        long algWithUpperHalf = 0x100000026L;
        List<TryCalls.Call> calls = List.of(call("socket", algWithUpperHalf, 5, 0), call("socket", 38, 5, 0));
        List<String> without = kernel.withoutFilter(calls);
        assertThat(without.get(0)).as("the kernel does not see the upper half").isEqualTo(without.get(1));

        Profile dockersOwn = Profiles.denying(
                allow("socket", arg(0, Operator.LT, 38)),
                allow("socket", arg(0, Operator.EQ, 39)),
                allow("socket", arg(0, Operator.GT, 40)));
        assertThat(kernel.under(FilterCompiler.compile(dockersOwn, Abi.X86_64), calls))
                .containsExactly(without.get(0), "-1");
        assertThat(kernel.under(FilterCompiler.compile(Profiles.docker(Abi.X86_64), Abi.X86_64), calls))
                .containsExactly("-1", "-1");
    }
}

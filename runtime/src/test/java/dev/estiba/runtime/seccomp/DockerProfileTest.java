package dev.estiba.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.AuditArch;
import dev.estiba.linux.number.Capability;
import dev.estiba.linux.number.SystemCall;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DockerProfileTest {
    private static Profile expand(Abi abi, Set<Capability> capabilities, KernelRelease kernel) {
        return DockerProfile.standard().expand(new Circumstances(abi, capabilities, kernel));
    }

    private static Set<Capability> defaultsAnd(Capability... more) {
        Set<Capability> capabilities = EnumSet.copyOf(Profiles.DEFAULT_CAPABILITIES);
        capabilities.addAll(List.of(more));
        return capabilities;
    }

    private static String verdict(Set<Capability> capabilities, String name, long... arguments) throws Exception {
        Profile profile = expand(Abi.X86_64, capabilities, Profiles.KERNEL);
        FilterInterpreter filter = new FilterInterpreter(FilterCompiler.compile(profile, Abi.X86_64));
        int number = SystemCall.named(name).orElseThrow().number(Abi.X86_64).orElseThrow();
        return filter.run(AuditArch.X86_64, number, arguments).toString();
    }

    /**
     * Of the 362 calls of x86-64 in Linux 6.1, counted from Docker's own file: 67 denied, of which clone3 with ENOSYS;
     * 3 by their arguments.
     */
    @Test
    void asManyCallsAreDeniedAsByDockersOwnFile() throws Exception {
        Profile profile = Profiles.docker(Abi.X86_64);
        FilterInterpreter filter = new FilterInterpreter(FilterCompiler.compile(profile, Abi.X86_64));
        Set<String> denied = new TreeSet<>();
        Set<String> conditional = new TreeSet<>();
        Set<String> byArgument = profile.rules().stream()
                .filter(rule -> !rule.args().isEmpty())
                .flatMap(rule -> rule.names().stream())
                .collect(Collectors.toSet());
        int calls = 0;
        for (SystemCall call : SystemCall.all()) {
            OptionalInt number = call.number(Abi.X86_64);
            boolean inLinux61 = number.isPresent()
                    && number.getAsInt() <= 450
                    && (number.getAsInt() < 335 || number.getAsInt() > 423);
            if (!inLinux61) {
                continue;
            }
            calls++;
            if (byArgument.contains(call.name())) {
                conditional.add(call.name());
            } else if (filter.run(AuditArch.X86_64, number.getAsInt()).action() != Action.ALLOW) {
                denied.add(call.name());
            }
        }
        assertThat(calls).isEqualTo(362);
        assertThat(conditional).containsExactly("clone", "personality", "socket");
        assertThat(denied)
                .containsExactly(
                        "_sysctl",
                        "acct",
                        "add_key",
                        "afs_syscall",
                        "bpf",
                        "clock_settime",
                        "clone3",
                        "create_module",
                        "delete_module",
                        "fanotify_init",
                        "finit_module",
                        "fsconfig",
                        "fsmount",
                        "fsopen",
                        "fspick",
                        "get_kernel_syms",
                        "get_mempolicy",
                        "getpmsg",
                        "init_module",
                        "io_uring_enter",
                        "io_uring_register",
                        "io_uring_setup",
                        "ioperm",
                        "iopl",
                        "kcmp",
                        "kexec_file_load",
                        "kexec_load",
                        "keyctl",
                        "lookup_dcookie",
                        "mbind",
                        "migrate_pages",
                        "mount",
                        "mount_setattr",
                        "move_mount",
                        "move_pages",
                        "nfsservctl",
                        "open_by_handle_at",
                        "open_tree",
                        "perf_event_open",
                        "pidfd_getfd",
                        "pivot_root",
                        "process_madvise",
                        "putpmsg",
                        "query_module",
                        "quotactl",
                        "quotactl_fd",
                        "reboot",
                        "request_key",
                        "security",
                        "set_mempolicy",
                        "set_mempolicy_home_node",
                        "setdomainname",
                        "sethostname",
                        "setns",
                        "settimeofday",
                        "swapoff",
                        "swapon",
                        "sysfs",
                        "syslog",
                        "tuxcall",
                        "umount2",
                        "unshare",
                        "uselib",
                        "userfaultfd",
                        "ustat",
                        "vhangup",
                        "vserver")
                .hasSize(67);
    }

    @Test
    void callsNewerThanTheProfileAnswerEnosysAndDeniedOnesEperm() throws Exception {
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "removexattrat")).isEqualTo("ALLOW");
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "open_tree_attr")).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "file_setattr")).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "clone3")).isEqualTo("ERRNO(ENOSYS)");
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "mount")).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void capabilitiesOpenTheirCalls() throws Exception {
        assertThat(verdict(defaultsAnd(Capability.SYS_ADMIN), "mount")).isEqualTo("ALLOW");
        assertThat(verdict(defaultsAnd(Capability.SYS_ADMIN), "clone3")).isEqualTo("ALLOW");
        assertThat(verdict(defaultsAnd(Capability.SYS_ADMIN), "clone", 0x10000000))
                .isEqualTo("ALLOW");
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "clone", 0x10000000)).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "clone", 0x01200011)).isEqualTo("ALLOW");
        assertThat(verdict(defaultsAnd(Capability.SYS_TIME), "settimeofday")).isEqualTo("ALLOW");
        assertThat(verdict(defaultsAnd(Capability.SYS_PTRACE), "kcmp")).isEqualTo("ALLOW");
        assertThat(verdict(defaultsAnd(Capability.SYS_PTRACE), "mount")).isEqualTo("ERRNO(EPERM)");
        assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "chroot")).isEqualTo("ALLOW");
        assertThat(verdict(EnumSet.noneOf(Capability.class), "chroot")).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void socketFamiliesAreFiltered() throws Exception {
        for (long family : new long[] {1, 2, 10, 16, 17, 37, 39, 41, 45}) {
            assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "socket", family))
                    .as("family " + family)
                    .isEqualTo("ALLOW");
        }
        for (long family : new long[] {38, 40, 0x100000026L, 0xffffffff00000028L}) {
            assertThat(verdict(Profiles.DEFAULT_CAPABILITIES, "socket", family))
                    .as("family " + family)
                    .isEqualTo("ERRNO(EPERM)");
        }
    }

    @Test
    void anOldKernelHasNoPtrace() {
        assertThat(names(expand(Abi.X86_64, Set.of(), new KernelRelease(4, 7)))).doesNotContain("ptrace");
        assertThat(names(expand(Abi.X86_64, Set.of(), new KernelRelease(4, 8)))).contains("ptrace");
        assertThat(names(expand(Abi.X86_64, Set.of(), new KernelRelease(10, 0))))
                .contains("ptrace");
    }

    @Test
    void machinesHaveTheirOwnCallsAndConventions() {
        Profile x86 = Profiles.docker(Abi.X86_64);
        Profile arm = Profiles.docker(Abi.ARM64);
        assertThat(x86.architectures()).containsExactly(Architecture.X86_64, Architecture.X86, Architecture.X32);
        assertThat(arm.architectures()).containsExactly(Architecture.AARCH64, Architecture.ARM);
        assertThat(names(x86)).contains("arch_prctl", "modify_ldt").doesNotContain("set_tls");
        assertThat(names(arm)).contains("set_tls", "cacheflush").doesNotContain("arch_prctl");
        assertThatThrownBy(() -> expand(Abi.I386, Set.of(), Profiles.KERNEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Docker's seccomp profile is for x86-64 and arm64, not I386");
    }

    private static Set<String> names(Profile profile) {
        return profile.rules().stream().flatMap(rule -> rule.names().stream()).collect(Collectors.toSet());
    }

    @Test
    void itIsTheUsualDefault() {
        Profile profile = Profiles.docker(Abi.X86_64);
        assertThat(profile.defaultAction()).isEqualTo(Action.ERRNO);
        assertThat(profile.defaultErrnoRet()).hasValue(1);
        assertThat(profile.flags()).isEmpty();
    }

    @Test
    void aBadStatementIsNamed() {
        for (String text : List.of(
                "allow if cap NO_SUCH: read",
                "allow if moon full: read",
                "allow when 0 XX 1: read",
                "allow when 9 EQ 1: read",
                "allow when 0 EQ: read",
                "architectures vax: X86_64",
                "perhaps: read",
                "default errno 1 2",
                "allow:")) {
            assertThatThrownBy(() -> DockerProfile.parse(text))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Docker's profile has a bad statement: " + text);
        }
    }

    @Test
    void aKernelReleaseIsRead() {
        assertThat(KernelRelease.parse("6.18.44-fc-v595")).contains(new KernelRelease(6, 18));
        assertThat(KernelRelease.parse("5.4")).contains(new KernelRelease(5, 4));
        assertThat(KernelRelease.parse("6.1-rc1")).contains(new KernelRelease(6, 1));
        for (String bad : List.of("", "6", "6.", ".5", "x.y", "99999.1", "6.99999", "٦.١")) {
            assertThat(KernelRelease.parse(bad)).as(bad).isEmpty();
        }
        assertThat(new KernelRelease(4, 10))
                .isGreaterThan(new KernelRelease(4, 8))
                .isLessThan(new KernelRelease(5, 0));
    }
}

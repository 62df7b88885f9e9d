package dev.estiba.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.linux.Host;
import dev.estiba.linux.number.Capability;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompRule;
import dev.estiba.runtime.Defaults;
import dev.estiba.runtime.seccomp.FilterCompiler;
import dev.estiba.runtime.seccomp.OciSeccomp;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which calls strict containers lose beside Docker's. */
class StrictSeccompTest {
    private static final Set<Capability> USUAL = Set.copyOf(Defaults.CAPABILITIES);

    private static Set<String> allowed(Seccomp profile) {
        Set<String> names = new TreeSet<>();
        profile.syscalls().stream()
                .filter(rule -> rule.action() == Seccomp.Action.ALLOW)
                .forEach(rule -> names.addAll(rule.names()));
        return names;
    }

    private static Seccomp strict(boolean hasOwnIds) throws Exception {
        return StrictSeccomp.of(USUAL, hasOwnIds).parse();
    }

    @Test
    void theDifferencesAreThese() throws Exception {
        Set<String> lost = allowed(Defaults.seccomp(USUAL).parse());
        lost.removeAll(allowed(strict(true)));
        assertThat(lost)
                .containsExactly("memfd_secret", "modify_ldt", "name_to_handle_at", "remap_file_pages", "vmsplice");
        Set<String> more = allowed(strict(true));
        more.removeAll(allowed(strict(false)));
        assertThat(more)
                .as("with the host's ids others' processes cannot be looked into either")
                .containsExactly("process_vm_readv", "process_vm_writev", "ptrace");
    }

    @Test
    void knownCallsAreForbiddenAndNewOnesAreNotThere() throws Exception {
        Seccomp profile = strict(true);
        assertThat(profile.defaultErrnoRet()).hasValue(38);
        SeccompRule forbidden = profile.syscalls().getLast();
        assertThat(forbidden.action()).isEqualTo(Seccomp.Action.ERRNO);
        assertThat(forbidden.errnoRet()).hasValue(1);
        Set<String> named = new TreeSet<>();
        profile.syscalls().forEach(rule -> named.addAll(rule.names()));
        assertThat(SystemCall.all()).extracting(SystemCall::name).isSubsetOf(named);
        assertThat(forbidden.names()).contains("keyctl", "io_uring_setup", "userfaultfd", "vmsplice", "bpf", "mount");
    }

    @Test
    void socketsAreOfTheUsualFamilies() throws Exception {
        assertThat(families(strict(true))).containsExactly(1L, 2L, 10L, 16L, 17L);
        Set<Capability> without = new java.util.HashSet<>(USUAL);
        without.remove(Capability.NET_RAW);
        assertThat(families(StrictSeccomp.of(without, true).parse())).containsExactly(1L, 2L, 10L, 16L);
    }

    private static java.util.List<Long> families(Seccomp profile) {
        return profile.syscalls().stream()
                .filter(rule -> rule.names().contains("socket"))
                .map(rule -> rule.args().getFirst().value())
                .toList();
    }

    @Test
    void theKernelCanTakeIt() throws Exception {
        assertThat(strict(true).architectures()).doesNotContain("SCMP_ARCH_X32");
        FilterCompiler.compile(OciSeccomp.profile(strict(true)), Host.abi());
        assertThat(StrictSeccomp.of(USUAL, true))
                .as("equal bytes: the compiled one is found again")
                .isSameAs(StrictSeccomp.of(Set.copyOf(USUAL), true));
    }
}

package dev.estiba.engine.spec;

import dev.estiba.linux.number.Capability;
import dev.estiba.linux.number.SystemCall;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompArg;
import dev.estiba.oci.runtime.SeccompRule;
import dev.estiba.oci.runtime.SeccompSource;
import dev.estiba.runtime.Defaults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The system calls of {@code --security strict}: Docker's, without some that few programs make and many exploits have. Of what is
 * not allowed, calls that are known here answer EPERM, as Docker's do; those that are newer than this program answer ENOSYS, so
 * that a C library goes on by an older one.
 */
final class StrictSeccomp {
    /**
     * Pages given away to a pipe; handles that name files of no path of one's own; memory that nobody can look into; and the 16-bit
     * segments of a processor.
     */
    private static final Set<String> REFUSED =
            Set.of("vmsplice", "name_to_handle_at", "memfd_secret", "modify_ldt", "remap_file_pages");

    /** Looks into other processes: harmless where those have no more rights than what the namespace has. */
    private static final Set<String> TRACING = Set.of("ptrace", "process_vm_readv", "process_vm_writev");

    /** unix, inet, inet6, netlink; packet for who has CAP_NET_RAW. socket(2), bits/socket.h. */
    private static final List<Long> FAMILIES = List.of(1L, 2L, 10L, 16L);

    private static final long PACKET = 17;
    private static final int EPERM = 1, ENOSYS = 38;
    private static final int MOST = 64;

    /** Equal bytes for equal capabilities, by which the compiled filter is found again. */
    private static final Map<Key, SeccompSource> KNOWN = new ConcurrentHashMap<>();

    private record Key(Set<Capability> bounding, boolean hasOwnIds) {
        Key {
            bounding = Set.copyOf(bounding);
        }
    }

    private StrictSeccomp() {}

    /** @param hasOwnIds whether the container has a user namespace of its own */
    static SeccompSource of(Set<Capability> bounding, boolean hasOwnIds) {
        Key key = new Key(bounding, hasOwnIds);
        SeccompSource known = KNOWN.get(key);
        if (known == null) {
            known = SeccompSource.of(narrowed(standard(bounding), bounding, hasOwnIds));
            if (KNOWN.size() < MOST) {
                KNOWN.put(key, known);
            }
        }
        return known;
    }

    private static Seccomp standard(Set<Capability> bounding) {
        try {
            return Defaults.seccomp(bounding).parse();
        } catch (DocumentException e) { // it is this program's own
            throw new IllegalStateException(e);
        }
    }

    private static Seccomp narrowed(Seccomp from, Set<Capability> bounding, boolean hasOwnIds) {
        List<SeccompRule> rules = new ArrayList<>();
        Set<String> named = new HashSet<>();
        for (SeccompRule rule : from.syscalls()) {
            List<String> names = rule.names().stream()
                    .filter(name -> !name.equals("socket") && !REFUSED.contains(name))
                    .filter(name -> hasOwnIds || !TRACING.contains(name))
                    .toList();
            if (!names.isEmpty()) {
                named.addAll(names);
                rules.add(new SeccompRule(names, rule.action(), rule.errnoRet(), rule.args()));
            }
        }
        for (long family : families(bounding)) {
            rules.add(new SeccompRule(
                    List.of("socket"),
                    Seccomp.Action.ALLOW,
                    OptionalInt.empty(),
                    List.of(new SeccompArg(0, family, 0, SeccompArg.Operator.EQ))));
        }
        named.add("socket");
        rules.add(new SeccompRule(unnamed(named), Seccomp.Action.ERRNO, OptionalInt.of(EPERM), List.of()));
        return new Seccomp(
                Seccomp.Action.ERRNO,
                OptionalInt.of(ENOSYS),
                from.architectures().stream()
                        .filter(each -> !each.equals("SCMP_ARCH_X32"))
                        .toList(),
                from.flags(),
                Optional.empty(),
                Optional.empty(),
                rules);
    }

    private static List<Long> families(Set<Capability> bounding) {
        List<Long> all = new ArrayList<>(FAMILIES);
        if (bounding.contains(Capability.NET_RAW)) {
            all.add(PACKET);
        }
        return all;
    }

    /** Known calls that no rule is about. */
    private static List<String> unnamed(Set<String> named) {
        return SystemCall.all().stream()
                .map(SystemCall::name)
                .filter(name -> !named.contains(name))
                .sorted()
                .toList();
    }
}

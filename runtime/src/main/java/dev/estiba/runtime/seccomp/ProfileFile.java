package dev.estiba.runtime.seccomp;

import dev.estiba.oci.runtime.Seccomp;
import dev.estiba.oci.runtime.SeccompProfile;
import dev.estiba.oci.runtime.SeccompProfile.Machine;
import dev.estiba.oci.runtime.SeccompProfile.Rule;
import dev.estiba.oci.runtime.SeccompRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A profile of a file in Docker's format as {@code linux.seccomp} of one container: setupSeccomp of moby, in its words. */
public final class ProfileFile {
    private ProfileFile() {}

    /**
     * The rules that hold for the container, and its machine's calling conventions. Empty for a profile that says
     * nothing at all: it is no filter, as with Docker.
     *
     * @throws SeccompException when the profile says one thing in two ways
     */
    public static Optional<Seccomp> resolve(SeccompProfile profile, Circumstances circumstances)
            throws SeccompException {
        if (profile.defaultAction().isEmpty()) {
            return Optional.empty();
        }
        if (!profile.architectures().isEmpty() && !profile.archMap().isEmpty()) {
            throw new SeccompException("both 'architectures' and 'archMap' are specified in the seccomp profile,"
                    + " use either 'architectures' or 'archMap'");
        }
        List<SeccompRule> rules = new ArrayList<>();
        for (Rule each : profile.syscalls()) {
            SeccompRule rule = named(each);
            if (circumstances.meet(each.includes(), each.excludes())) {
                rules.add(rule);
            }
        }
        return Optional.of(new Seccomp(
                profile.defaultAction().get(),
                profile.defaultErrnoRet(),
                architectures(profile, circumstances),
                profile.flags(),
                profile.listenerPath(),
                profile.listenerMetadata(),
                rules));
    }

    private static SeccompRule named(Rule entry) throws SeccompException {
        SeccompRule rule = entry.rule();
        if (entry.name().isEmpty()) {
            return rule;
        }
        if (!rule.names().isEmpty()) {
            throw new SeccompException(
                    "both 'name' and 'names' are specified in the seccomp profile," + " use either 'name' or 'names'");
        }
        return new SeccompRule(List.of(entry.name().get()), rule.action(), rule.errnoRet(), rule.args());
    }

    /** Of a map, the first entry of this machine; none of them leaves the machine's own convention alone. */
    private static List<String> architectures(SeccompProfile profile, Circumstances circumstances) {
        for (Machine machine : profile.archMap()) {
            boolean isThis = Architecture.named(machine.architecture())
                    .flatMap(Architecture::abi)
                    .filter(circumstances.machine()::equals)
                    .isPresent();
            if (isThis) {
                List<String> all = new ArrayList<>(List.of(machine.architecture()));
                all.addAll(machine.subArchitectures());
                return all;
            }
        }
        return profile.architectures();
    }
}

package dev.estiba.engine.spec;

import dev.estiba.linux.OpenFiles;
import dev.estiba.linux.number.Capability;
import dev.estiba.linux.number.ResourceLimit;
import dev.estiba.oci.runtime.Rlimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What this host gives.
 *
 * @param capabilities those that this process may pass on
 * @param hostname the host's own name
 * @param unified whether cgroup version 2 is all that it has at /sys/fs/cgroup
 * @param lent the ids of an ordinary user's containers; empty for root
 * @param delegation where such a user may make groups; empty for root, and where nothing is delegated
 * @param openFiles how many descriptors who is started here has, where this process may have more; empty: as many as this process
 */
public record HostFacts(
        Set<Capability> capabilities,
        String hostname,
        boolean unified,
        Optional<LentIds> lent,
        Optional<Delegation> delegation,
        Optional<Rlimit> openFiles) {
    /** With as many descriptors as this process. */
    public HostFacts(
            Set<Capability> capabilities,
            String hostname,
            boolean unified,
            Optional<LentIds> lent,
            Optional<Delegation> delegation) {
        this(capabilities, hostname, unified, lent, delegation, Optional.empty());
    }

    public static HostFacts read() throws IOException {
        Optional<LentIds> lent = LentIds.own();
        // In a user namespace of its own a process has all that its caller may ever have.
        String set = lent.isPresent() ? "CapBnd:" : "CapPrm:";
        EnumSet<Capability> own = EnumSet.noneOf(Capability.class);
        for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(set)) {
                long bits = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                for (Capability capability : Capability.values()) {
                    if ((bits & capability.bit()) != 0) {
                        own.add(capability);
                    }
                }
            }
        }
        String hostname = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        // Version 1 has no such file, and beside it version 2 is not mounted here (cgroups(7)).
        boolean unified = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        Optional<Delegation> delegation = unified && lent.isPresent() ? Delegation.here() : Optional.empty();
        OpenFiles files = OpenFiles.now();
        Optional<Rlimit> fewer = files.isBelowCeiling()
                ? Optional.of(new Rlimit(ResourceLimit.NOFILE.fullName(), files.most(), files.ceiling()))
                : Optional.empty();
        return new HostFacts(own, hostname, unified, lent, delegation, fewer);
    }
}

package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Linux section of a configuration: config-linux.md.
 *
 * @param namespaces what is not named is shared with the runtime
 * @param uidMappings of the user namespace
 * @param gidMappings of the user namespace
 * @param timeOffsets by clock: {@code monotonic}, {@code boottime}
 * @param devices nodes beside the default ones
 * @param netDevices by the interface's name on the host
 * @param cgroupsPath absolute or relative path, or {@code slice:prefix:name} for systemd
 * @param resources limits
 * @param intelRdt cache and bandwidth
 * @param memoryPolicy NUMA
 * @param sysctl by name, {@code net.ipv4.ip_forward}
 * @param seccomp parsed when asked for
 * @param rootfsPropagation {@code private}, {@code rslave}…
 * @param maskedPaths made unreadable
 * @param readonlyPaths made read-only
 * @param mountLabel SELinux context of mounts
 * @param personality execution domain
 */
public record Linux(
        List<Namespace> namespaces,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        Map<String, TimeOffset> timeOffsets,
        List<Device> devices,
        Map<String, NetDevice> netDevices,
        Optional<String> cgroupsPath,
        Optional<Resources> resources,
        Optional<IntelRdt> intelRdt,
        Optional<MemoryPolicy> memoryPolicy,
        Map<String, String> sysctl,
        Optional<SeccompSource> seccomp,
        Optional<String> rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        Optional<String> mountLabel,
        Optional<Personality> personality) {
    /** An empty section: everything is shared with the runtime. */
    public static final Linux EMPTY = builder().build();

    public Linux {
        namespaces = List.copyOf(namespaces);
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
        timeOffsets = Copies.inOrder(timeOffsets);
        devices = List.copyOf(devices);
        netDevices = Copies.inOrder(netDevices);
        cgroupsPath = Copies.nonEmpty(cgroupsPath);
        sysctl = Copies.inOrder(sysctl);
        rootfsPropagation = Copies.nonEmpty(rootfsPropagation);
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
        mountLabel = Copies.nonEmpty(mountLabel);
    }

    /** Starts from nothing but what has to be there. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.namespaces = namespaces;
        copy.uidMappings = uidMappings;
        copy.gidMappings = gidMappings;
        copy.timeOffsets = timeOffsets;
        copy.devices = devices;
        copy.netDevices = netDevices;
        copy.cgroupsPath = cgroupsPath;
        copy.resources = resources;
        copy.intelRdt = intelRdt;
        copy.memoryPolicy = memoryPolicy;
        copy.sysctl = sysctl;
        copy.seccomp = seccomp;
        copy.rootfsPropagation = rootfsPropagation;
        copy.maskedPaths = maskedPaths;
        copy.readonlyPaths = readonlyPaths;
        copy.mountLabel = mountLabel;
        copy.personality = personality;
        return copy;
    }

    /** Collects the fields of a {@link Linux}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private List<Namespace> namespaces = List.of();
        private List<IdMapping> uidMappings = List.of();
        private List<IdMapping> gidMappings = List.of();
        private Map<String, TimeOffset> timeOffsets = Map.of();
        private List<Device> devices = List.of();
        private Map<String, NetDevice> netDevices = Map.of();
        private Optional<String> cgroupsPath = Optional.empty();
        private Optional<Resources> resources = Optional.empty();
        private Optional<IntelRdt> intelRdt = Optional.empty();
        private Optional<MemoryPolicy> memoryPolicy = Optional.empty();
        private Map<String, String> sysctl = Map.of();
        private Optional<SeccompSource> seccomp = Optional.empty();
        private Optional<String> rootfsPropagation = Optional.empty();
        private List<String> maskedPaths = List.of();
        private List<String> readonlyPaths = List.of();
        private Optional<String> mountLabel = Optional.empty();
        private Optional<Personality> personality = Optional.empty();

        private Builder() {}

        public Builder namespaces(List<Namespace> namespaces) {
            this.namespaces = namespaces;
            return this;
        }

        public Builder uidMappings(List<IdMapping> uidMappings) {
            this.uidMappings = uidMappings;
            return this;
        }

        public Builder gidMappings(List<IdMapping> gidMappings) {
            this.gidMappings = gidMappings;
            return this;
        }

        public Builder timeOffsets(Map<String, TimeOffset> timeOffsets) {
            this.timeOffsets = timeOffsets;
            return this;
        }

        public Builder devices(List<Device> devices) {
            this.devices = devices;
            return this;
        }

        public Builder netDevices(Map<String, NetDevice> netDevices) {
            this.netDevices = netDevices;
            return this;
        }

        public Builder cgroupsPath(String cgroupsPath) {
            this.cgroupsPath = Optional.of(cgroupsPath);
            return this;
        }

        public Builder resources(Resources resources) {
            this.resources = Optional.of(resources);
            return this;
        }

        public Builder intelRdt(IntelRdt intelRdt) {
            this.intelRdt = Optional.of(intelRdt);
            return this;
        }

        public Builder memoryPolicy(MemoryPolicy memoryPolicy) {
            this.memoryPolicy = Optional.of(memoryPolicy);
            return this;
        }

        public Builder sysctl(Map<String, String> sysctl) {
            this.sysctl = sysctl;
            return this;
        }

        public Builder seccomp(SeccompSource seccomp) {
            this.seccomp = Optional.of(seccomp);
            return this;
        }

        public Builder rootfsPropagation(String rootfsPropagation) {
            this.rootfsPropagation = Optional.of(rootfsPropagation);
            return this;
        }

        public Builder maskedPaths(List<String> maskedPaths) {
            this.maskedPaths = maskedPaths;
            return this;
        }

        public Builder readonlyPaths(List<String> readonlyPaths) {
            this.readonlyPaths = readonlyPaths;
            return this;
        }

        public Builder mountLabel(String mountLabel) {
            this.mountLabel = Optional.of(mountLabel);
            return this;
        }

        public Builder personality(Personality personality) {
            this.personality = Optional.of(personality);
            return this;
        }

        public Linux build() {
            return new Linux(
                    namespaces,
                    uidMappings,
                    gidMappings,
                    timeOffsets,
                    devices,
                    netDevices,
                    cgroupsPath,
                    resources,
                    intelRdt,
                    memoryPolicy,
                    sysctl,
                    seccomp,
                    rootfsPropagation,
                    maskedPaths,
                    readonlyPaths,
                    mountLabel,
                    personality);
        }
    }
}

package dev.estiba.oci.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the cgroup of a container grants: {@code linux.resources}; also the document of {@code update --resources}.
 *
 * @param devices in order, a later rule wins
 * @param memory memory limits
 * @param cpu CPU limits
 * @param pids task limit
 * @param blockIo block device limits
 * @param hugepageLimits per page size
 * @param network v1 traffic marks
 * @param rdma by device name
 * @param unified files of cgroup v2 and their contents
 */
public record Resources(
        List<DeviceRule> devices,
        Optional<Memory> memory,
        Optional<Cpu> cpu,
        Optional<Pids> pids,
        Optional<BlockIo> blockIo,
        List<HugepageLimit> hugepageLimits,
        Optional<NetworkClass> network,
        Map<String, Rdma> rdma,
        Map<String, String> unified) {
    /** No limit at all. */
    public static final Resources NONE = builder().build();

    public Resources {
        devices = List.copyOf(devices);
        hugepageLimits = List.copyOf(hugepageLimits);
        rdma = Copies.inOrder(rdma);
        unified = Copies.inOrder(unified);
    }

    /** Starts from nothing but what has to be there. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.devices = devices;
        copy.memory = memory;
        copy.cpu = cpu;
        copy.pids = pids;
        copy.blockIo = blockIo;
        copy.hugepageLimits = hugepageLimits;
        copy.network = network;
        copy.rdma = rdma;
        copy.unified = unified;
        return copy;
    }

    /** Collects the fields of {@link Resources}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private List<DeviceRule> devices = List.of();
        private Optional<Memory> memory = Optional.empty();
        private Optional<Cpu> cpu = Optional.empty();
        private Optional<Pids> pids = Optional.empty();
        private Optional<BlockIo> blockIo = Optional.empty();
        private List<HugepageLimit> hugepageLimits = List.of();
        private Optional<NetworkClass> network = Optional.empty();
        private Map<String, Rdma> rdma = Map.of();
        private Map<String, String> unified = Map.of();

        private Builder() {}

        public Builder devices(List<DeviceRule> devices) {
            this.devices = devices;
            return this;
        }

        public Builder memory(Memory memory) {
            this.memory = Optional.of(memory);
            return this;
        }

        public Builder cpu(Cpu cpu) {
            this.cpu = Optional.of(cpu);
            return this;
        }

        public Builder pids(Pids pids) {
            this.pids = Optional.of(pids);
            return this;
        }

        public Builder blockIo(BlockIo blockIo) {
            this.blockIo = Optional.of(blockIo);
            return this;
        }

        public Builder hugepageLimits(List<HugepageLimit> hugepageLimits) {
            this.hugepageLimits = hugepageLimits;
            return this;
        }

        public Builder network(NetworkClass network) {
            this.network = Optional.of(network);
            return this;
        }

        public Builder rdma(Map<String, Rdma> rdma) {
            this.rdma = rdma;
            return this;
        }

        public Builder unified(Map<String, String> unified) {
            this.unified = unified;
            return this;
        }

        public Resources build() {
            return new Resources(devices, memory, cpu, pids, blockIo, hugepageLimits, network, rdma, unified);
        }
    }
}

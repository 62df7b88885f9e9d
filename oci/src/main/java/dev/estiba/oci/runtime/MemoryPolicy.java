package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.List;
import java.util.Optional;

/**
 * NUMA policy of the process: {@code linux.memoryPolicy}, set_mempolicy(2).
 *
 * @param mode absent is refused by {@link ConfigRules}
 * @param nodes list as cpuset(7) writes it
 * @param flags of set_mempolicy(2)
 */
public record MemoryPolicy(Optional<Mode> mode, Optional<String> nodes, List<Flag> flags) {
    public MemoryPolicy {
        nodes = Copies.nonEmpty(nodes);
        flags = List.copyOf(flags);
    }

    /** Modes of set_mempolicy(2). */
    public enum Mode implements SpecName {
        DEFAULT("MPOL_DEFAULT"),
        BIND("MPOL_BIND"),
        INTERLEAVE("MPOL_INTERLEAVE"),
        WEIGHTED_INTERLEAVE("MPOL_WEIGHTED_INTERLEAVE"),
        PREFERRED("MPOL_PREFERRED"),
        PREFERRED_MANY("MPOL_PREFERRED_MANY"),
        LOCAL("MPOL_LOCAL");

        private final String specName;

        Mode(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The mode that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Mode> named(String name) {
            return Copies.named(values(), name);
        }
    }

    /** Flags of set_mempolicy(2). */
    public enum Flag implements SpecName {
        NUMA_BALANCING("MPOL_F_NUMA_BALANCING"),
        RELATIVE_NODES("MPOL_F_RELATIVE_NODES"),
        STATIC_NODES("MPOL_F_STATIC_NODES");

        private final String specName;

        Flag(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The flag that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Flag> named(String name) {
            return Copies.named(values(), name);
        }
    }
}

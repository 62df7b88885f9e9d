package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.oci.runtime.MemoryPolicy;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Script;
import java.util.Optional;

/** On which memory nodes a process's pages are: {@code linux.memoryPolicy}, set_mempolicy(2). */
final class NumaPolicy {
    private NumaPolicy() {}

    /** What cannot be said to the kernel, before anything has changed. */
    static void check(Optional<MemoryPolicy> policy) {
        policy.ifPresent(each -> {
            if (each.mode().isEmpty()) {
                throw new UnsupportedConfig("linux.memoryPolicy.mode is missing");
            }
            nodes(each);
        });
    }

    private static Optional<NumberSet> nodes(MemoryPolicy policy) {
        return policy.nodes()
                .map(list -> NumberSet.parse(list)
                        .orElseThrow(() -> new UnsupportedConfig(
                                "linux.memoryPolicy.nodes: \"" + list + "\" is no list of nodes such as 0-3,7")));
    }

    /** After the cgroups are joined: their cpuset.mems bounds what may be named. It survives the exec. */
    static void apply(Assembly in, Script script) {
        if (in.linux.memoryPolicy().isEmpty()) {
            return;
        }
        MemoryPolicy policy = in.linux.memoryPolicy().get();
        MemoryPolicy.Mode mode = policy.mode().orElseThrow();
        Optional<byte[]> mask = nodes(policy).filter(set -> !set.isEmpty()).map(set -> set.mask(Long.BYTES));
        script.group("scheduling");
        script.run(
                Calls.SET_MEMPOLICY,
                "set the memory policy to " + mode.specName()
                        + policy.nodes().map(nodes -> " on nodes " + nodes).orElse(""),
                imm(number(mode) | flags(policy)),
                mask.<Arg>map(bytes -> in.plan.bytes(bytes, 8)).orElse(Arg.ZERO),
                // The kernel takes one bit less than it is told of (set_mempolicy(2), "maxnode").
                imm(mask.map(bytes -> bytes.length * Byte.SIZE + 1).orElse(0)));
    }

    /** linux/mempolicy.h. */
    private static long number(MemoryPolicy.Mode mode) {
        return switch (mode) {
            case DEFAULT -> 0;
            case PREFERRED -> 1;
            case BIND -> 2;
            case INTERLEAVE -> 3;
            case LOCAL -> 4;
            case PREFERRED_MANY -> 5;
            case WEIGHTED_INTERLEAVE -> 6;
        };
    }

    private static long flags(MemoryPolicy policy) {
        long bits = 0;
        for (MemoryPolicy.Flag flag : policy.flags()) {
            bits |= switch (flag) {
                case STATIC_NODES -> 1 << 15;
                case RELATIVE_NODES -> 1 << 14;
                case NUMA_BALANCING -> 1 << 13;
            };
        }
        return bits;
    }
}

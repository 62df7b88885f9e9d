package dev.estiba.engine.spec;

import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.runtime.BlockIo;
import dev.estiba.oci.runtime.Cpu;
import dev.estiba.oci.runtime.Memory;
import dev.estiba.oci.runtime.Pids;
import dev.estiba.oci.runtime.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The version 2 group that an ordinary user makes those of its containers in: the one above this process's own, as in runc,
 * since a group with processes in it hands no controller down. Its containers are started from here, so what is delegated to
 * the user elsewhere is out of their reach (kernel: cgroup-v2.rst, "Delegation Containment").
 *
 * @param group beneath /sys/fs/cgroup, with a slash before it
 * @param controllers those that it can hand down
 */
public record Delegation(String group, Set<String> controllers) {
    private static final String TOP = "/sys/fs/cgroup";
    private static final String VERSION_2 = "0::/";

    public Delegation {
        controllers = Set.copyOf(controllers);
    }

    /** Empty when the group above is somebody else's, or there is none. */
    static Optional<Delegation> here() throws IOException {
        Optional<String> above = above(ProcessFacts.ownCgroups());
        return above.isPresent() ? of(above.get()) : Optional.empty();
    }

    /** Of the text of /proc/self/cgroup; "" is the uppermost group, as it is in a cgroup namespace. */
    static Optional<String> above(String groups) {
        return groups.lines()
                .filter(line -> line.startsWith(VERSION_2))
                .findFirst()
                .map(line -> line.substring(VERSION_2.length() - 1, line.lastIndexOf('/')));
    }

    private static Optional<Delegation> of(String group) throws IOException {
        Path directory = Path.of(TOP + group);
        boolean ours = Files.isWritable(directory)
                && Files.isWritable(directory.resolve("cgroup.procs"))
                && Files.isWritable(directory.resolve("cgroup.subtree_control"));
        if (!ours) {
            return Optional.empty();
        }
        boolean occupied = !text(directory.resolve("cgroup.procs")).isBlank();
        String controllers = text(directory.resolve(occupied ? "cgroup.subtree_control" : "cgroup.controllers"));
        return Optional.of(new Delegation(
                group,
                controllers.isBlank() ? Set.of() : Set.of(controllers.strip().split(" +"))));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.US_ASCII);
    }

    boolean has(String controller) {
        return controllers.contains(controller);
    }

    /** What of these limits is possible there; {@link Rootless#warnings} says what is not. */
    Resources keep(Resources wanted) {
        Cpu cpu = wanted.cpu().orElse(Cpu.builder().build());
        Cpu.Builder kept = Cpu.builder();
        if (has("cpu")) {
            cpu.shares().ifPresent(kept::shares);
            cpu.period().ifPresent(kept::period);
            cpu.quota().ifPresent(kept::quota);
        }
        if (has("cpuset")) {
            cpu.cpus().ifPresent(kept::cpus);
            cpu.mems().ifPresent(kept::mems);
        }
        Pids unlimited = new Pids(OptionalLong.empty());
        return wanted.toBuilder()
                .cpu(kept.build())
                .memory(has("memory") ? wanted.memory().orElse(nothing()) : nothing())
                .pids(has("pids") ? wanted.pids().orElse(unlimited) : unlimited)
                .blockIo(
                        has("io")
                                ? wanted.blockIo().orElse(BlockIo.builder().build())
                                : BlockIo.builder().build())
                .build();
    }

    private static Memory nothing() {
        return Memory.builder().build();
    }
}

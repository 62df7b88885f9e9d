package dev.estiba.engine.container;

import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.why.Counters;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.record.RecordException;
import dev.estiba.runtime.record.RecordReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel says of a container as a whole: in version 1's hierarchies, or in version 2's tree where that is all there
 * is. A group that is gone says nothing.
 *
 * @param processes the group that all of its processes are in, and that freezes them
 * @param memory the group that its memory is counted in
 */
record Groups(Path processes, Path memory, boolean unified) {
    private static final Path TOP = Path.of("/sys/fs/cgroup");
    private static final int CAP = 64 << 10;

    /** Where it would be is known for root; where that of an ordinary user is, the runtime has written down at its start. */
    static Groups of(Context context, ContainerRecord record) throws IOException {
        if (context.facts().lent().isPresent()) {
            Path recorded =
                    recorded(context.runtime().root().resolve(record.id())).orElse(TOP.resolve(record.id()));
            return new Groups(recorded, recorded, context.facts().unified());
        }
        String group = SpecBuilder.cgroup(record.request().hostConfig(), record.id());
        if (Files.exists(TOP.resolve("cgroup.controllers"))) {
            return new Groups(Path.of(TOP + group), Path.of(TOP + group), true);
        }
        return new Groups(Path.of(TOP + "/freezer" + group), Path.of(TOP + "/memory" + group), false);
    }

    private static Optional<Path> recorded(Path state) throws IOException {
        try {
            return RecordReader.read(Files.readAllBytes(state.resolve("state.json"))).cgroups().stream()
                    .findFirst()
                    .map(Path::of);
        } catch (NoSuchFileException | RecordException e) {
            return Optional.empty(); // it is not running
        }
    }

    /** Whether its processes are stopped, or are being stopped, whoever has asked for it, also of a group above it. */
    boolean isFrozen() throws IOException {
        return unified
                ? saysFrozen(text(processes.resolve("cgroup.freeze")) + text(processes.resolve("cgroup.events")))
                : saysFrozen(text(processes.resolve("freezer.state")));
    }

    /**
     * Files of its own that are written to when its processes are stopped or go on: by whoever asks for that, and in version 2, where
     * a group above may have them stopped, by the kernel as well.
     */
    List<Path> freezing() {
        return unified
                ? List.of(processes.resolve("cgroup.freeze"), processes.resolve("cgroup.events"))
                : List.of(processes.resolve("freezer.state"));
    }

    /** Files of the groups above it that are written to when those are stopped, and it with them. */
    List<Path> freezingAbove() {
        Path top = unified ? TOP : TOP.resolve("freezer");
        List<Path> files = new ArrayList<>();
        for (Path above = parent(processes); above.startsWith(top) && !above.equals(top); above = parent(above)) {
            files.add(above.resolve(unified ? "cgroup.freeze" : "freezer.state"));
        }
        return files;
    }

    private static Path parent(Path group) {
        return Optional.ofNullable(group.getParent()).orElse(TOP);
    }

    /** Version 1: {@code FREEZING}, {@code FROZEN}. Version 2: {@code 1} is asked for; {@code frozen 1}, also by a group above. */
    static boolean saysFrozen(String text) {
        return text.startsWith("FR") || text.startsWith("1") || text.contains("frozen 1\n");
    }

    /** Whether the kernel has ended one of its processes for want of memory: so far, in this run. */
    boolean outOfMemory() throws IOException {
        return outOfMemory(memoryEvents());
    }

    /** What is counted of its memory's end: memory.oom_control (version 1), memory.events (version 2). */
    String memoryEvents() throws IOException {
        return text(memory.resolve(unified ? "memory.events" : "memory.oom_control"));
    }

    /** What is counted so far; the same files that a monitor's epilogue keeps. */
    Counters counters() throws IOException {
        Counters counters = Counters.NOTHING;
        if (unified) {
            for (String name : List.of("memory.peak", "cpu.stat", "pids.events")) {
                counters = counters.with(name, text(processes.resolve(name)));
            }
            return counters;
        }
        Path group = TOP.resolve("freezer").relativize(processes);
        return counters.with("memory.max_usage_in_bytes", text(memory.resolve("memory.max_usage_in_bytes")))
                .with("cpu.stat", text(TOP.resolve("cpu").resolve(group).resolve("cpu.stat")))
                .with("pids.events", text(TOP.resolve("pids").resolve(group).resolve("pids.events")));
    }

    /** {@code oom_kill N}: memory.oom_control (version 1) and memory.events (version 2). */
    static boolean outOfMemory(String counters) {
        return counters.lines().anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
    }

    private static String text(Path file) throws IOException {
        try (Fd open = Open.absolute(file.toString(), Open.How.reading())) {
            return new String(FileBytes.readAll(open, CAP), StandardCharsets.US_ASCII);
        } catch (ErrnoException e) {
            // ENODEV: it was removed between the two calls.
            if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV) || e.is(Errno.ENOTDIR)) {
                return "";
            }
            throw e;
        }
    }
}

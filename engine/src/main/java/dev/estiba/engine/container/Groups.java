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
        if (unified) {
            return text(processes.resolve("cgroup.freeze")).startsWith("1")
                    || text(processes.resolve("cgroup.events")).contains("frozen 1\n");
        }
        String state = text(processes.resolve("freezer.state"));
        return !state.isEmpty() && !state.startsWith("THAWED");
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

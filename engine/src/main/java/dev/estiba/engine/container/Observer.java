package dev.estiba.engine.container;

import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.Life;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.runtime.monitor.ExitRecord;
import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds out what a container does now. Reads only. */
final class Observer {
    /** {@code PID START}: the monitor, written before it has begun anything. */
    static final String MONITOR = "monitor";

    /** The monitor's last words. */
    static final String EXIT = "exit";

    /** The kernel's counters, written by the epilogue. */
    static final String OUT_OF_MEMORY = "oom";

    private final Path runtimeRoot;

    /** @param runtimeRoot the states of the runtime's containers */
    Observer(Path runtimeRoot) {
        this.runtimeRoot = runtimeRoot;
    }

    Status observe(Home home, Life life, Groups groups) throws IOException {
        Optional<String> monitor = monitor(home);
        // In this order: a monitor that is gone has written its last words before.
        boolean alive = monitor.isPresent() && isAlive(monitor.get());
        Optional<byte[]> exit = home.runFile(EXIT);
        if (exit.isPresent()) {
            ExitRecord last = ExitRecord.parse(exit.get());
            return new Status.Ended(last.code(), Timestamps.of(last.finished()), outOfMemory(home));
        }
        if (alive) {
            OptionalInt pid = init(home.id());
            if (pid.isPresent()) {
                return new Status.Running(pid.getAsInt(), groups.isFrozen());
            }
            if (!life.started().isEmpty() && life.finished().isEmpty()) {
                return new Status.Running(0, false); // it is ending: its monitor is about to say how
            }
            return before(life); // its start is under way
        }
        return life.started().isEmpty() || !life.finished().isEmpty()
                ? before(life)
                : new Status.Lost(monitor.isEmpty());
    }

    /** What it was before this run. */
    private static Status before(Life life) {
        return life.finished().isEmpty()
                ? new Status.Created()
                : new Status.Ended(life.exitCode(), life.finished(), life.outOfMemory());
    }

    private static Optional<String> text(Home home, String name) throws IOException {
        return home.runFile(name).map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip());
    }

    /** The monitor's number and start, as they are written down. */
    static Optional<String> monitor(Home home) throws IOException {
        return text(home, MONITOR);
    }

    static boolean isAlive(String monitor) throws IOException {
        String[] words = monitor.split(" ");
        if (words.length != 2) {
            return false;
        }
        try {
            Optional<Long> start = ProcessFacts.aliveSince(Integer.parseInt(words[0]));
            return start.isPresent() && start.get() == Long.parseLong(words[1]);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** {@code {"pid": N,"start": T}}: the runtime's record of its first process, if that is the one it was. */
    private OptionalInt init(String id) throws IOException {
        try {
            String text = Files.readString(runtimeRoot.resolve(id).resolve("init"), StandardCharsets.US_ASCII);
            String[] numbers = text.replaceAll("[^0-9]+", " ").strip().split(" ");
            int pid = Integer.parseInt(numbers[0]);
            Optional<Long> start = ProcessFacts.aliveSince(pid);
            return start.isPresent() && start.get() == Long.parseLong(numbers[1])
                    ? OptionalInt.of(pid)
                    : OptionalInt.empty();
        } catch (NoSuchFileException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return OptionalInt.empty();
        }
    }

    /** As the epilogue has kept it. */
    private static boolean outOfMemory(Home home) throws IOException {
        return Groups.outOfMemory(text(home, OUT_OF_MEMORY).orElse(""));
    }
}

package dev.estiba.engine.health;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.number.Errno;
import dev.estiba.linux.number.Signal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Kills the first process of a session with all that it has brought into being: its children, theirs, and who is left in the
 * session when its parent has gone. First all are stopped, until nobody new is found: a process that is stopped makes no
 * others, and a parent that was killed first would hand its children to somebody else.
 */
public final class ProcessTree {
    private static final Path PROC = Path.of("/proc");

    private final Map<Integer, Pidfd> found = new HashMap<>();
    private final int leader;

    private ProcessTree(int leader) {
        this.leader = leader;
    }

    /** @param leader its number is its session's */
    public static void kill(Pidfd leader) throws IOException {
        ProcessTree tree = new ProcessTree(leader.pid());
        try {
            signal(leader, Signal.STOP);
            while (tree.stopOthers()) {
                continue;
            }
            for (Pidfd each : tree.found.values()) {
                signal(each, Signal.KILL);
            }
            signal(leader, Signal.KILL);
        } finally {
            tree.found.values().forEach(Pidfd::close);
        }
    }

    /** Whether there was one that was not known yet. */
    private boolean stopOthers() throws IOException {
        boolean isNew = false;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path each : processes) {
                int pid = Integer.parseInt(each.getFileName().toString());
                if (pid != leader && !found.containsKey(pid) && isOurs(pid)) {
                    isNew |= stop(pid);
                }
            }
        }
        return isNew;
    }

    private boolean isOurs(int pid) throws IOException {
        Optional<ProcessFacts.Family> family = ProcessFacts.family(pid);
        return family.isPresent()
                && (family.get().session() == leader
                        || family.get().parent() == leader
                        || found.containsKey(family.get().parent()));
    }

    private boolean stop(int pid) throws IOException {
        Pidfd process;
        try {
            process = Pidfd.open(pid);
        } catch (ErrnoException e) {
            if (e.is(Errno.ESRCH)) {
                return false;
            }
            throw e;
        }
        boolean kept = false;
        try {
            // Asked again: the number may have become another's between the two calls.
            kept = isOurs(pid) && signal(process, Signal.STOP);
            if (kept) {
                found.put(pid, process);
            }
            return kept;
        } finally {
            if (!kept) {
                process.close();
            }
        }
    }

    private static boolean signal(Pidfd process, Signal signal) throws IOException {
        try {
            process.signal(signal);
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ESRCH)) {
                return false;
            }
            throw e;
        }
    }
}

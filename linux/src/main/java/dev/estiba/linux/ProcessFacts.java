package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** proc(5): what the kernel says about a process. */
public final class ProcessFacts {
    private static final int CAP = 256 << 10;
    private static final int START_TIME_FIELD = 22;
    private static final long MILLIS_A_TICK = 10;

    private ProcessFacts() {}

    /**
     * This process.
     *
     * @param uid its effective user
     * @param gid its effective group
     * @param umask its file mode creation mask
     */
    public record Self(long uid, long gid, int umask) {}

    /** Asked anew each time: a umask can change. */
    public static Self self() throws IOException {
        String status = text("/proc/self/status");
        return new Self(
                Long.parseLong(ids(status, "Uid:")[1]),
                Long.parseLong(ids(status, "Gid:")[1]),
                Integer.parseInt(line(status, "Umask:"), 8));
    }

    private static String[] ids(String status, String field) throws IOException {
        String[] ids = line(status, field).split("\t");
        if (ids.length != 4) {
            throw new IOException("/proc/self/status: " + field + " has " + ids.length + " numbers");
        }
        return ids;
    }

    private static String line(String status, String field) throws IOException {
        int at = status.startsWith(field) ? 0 : status.indexOf("\n" + field) + 1;
        if (at <= 0 && !status.startsWith(field)) {
            throw new IOException("/proc/self/status: no " + field);
        }
        int end = status.indexOf('\n', at);
        return status.substring(at + field.length(), end < 0 ? status.length() : end)
                .strip();
    }

    /** Whether ids of this process are others outside of its user namespace (user_namespaces(7)); that never changes. */
    public static boolean inUserNamespace() throws IOException {
        String map = text("/proc/self/uid_map").strip().replaceAll(" +", " ");
        return !map.isEmpty() && !map.equals("0 0 4294967295");
    }

    /** The text of /proc/self/cgroup: cgroups(7). */
    public static String ownCgroups() throws IOException {
        return text("/proc/self/cgroup");
    }

    /**
     * When a process was started, in clock ticks since boot; empty when there is none. With its number it tells a
     * process from every other one of this boot.
     */
    public static Optional<Long> startTime(int pid) throws IOException {
        return stat(pid).map(fields -> Long.parseLong(fields[START_TIME_FIELD - 3]));
    }

    /** {@link #startTime} of a process that has not ended: one that only waits to be reaped is none any more. */
    public static Optional<Long> aliveSince(int pid) throws IOException {
        return stat(pid)
                .filter(fields -> !fields[0].equals("Z") && !fields[0].equals("X"))
                .map(fields -> Long.parseLong(fields[START_TIME_FIELD - 3]));
    }

    /**
     * Whose a process is, in this process's pid namespace.
     *
     * @param session its session's leader, who may have ended
     */
    public record Family(int parent, int session) {}

    /** Empty when there is no such process. */
    public static Optional<Family> family(int pid) throws IOException {
        return stat(pid).map(fields -> new Family(Integer.parseInt(fields[1]), Integer.parseInt(fields[3])));
    }

    /** Whether its first thread has children; of a kernel that does not tell them, and of no process, it is said to have. */
    public static boolean hasChildren(int pid) throws IOException {
        return !text(pid, "task/" + pid + "/children").orElse("unknown").isBlank();
    }

    /** How long ago it was started, however the clock was set meanwhile; none at all when there is no such process. */
    public static Duration age(int pid) throws IOException {
        Optional<Long> start = startTime(pid);
        if (start.isEmpty()) {
            return Duration.ZERO;
        }
        // In seconds with two digits, which are clock ticks: proc_uptime(5), and USER_HZ is 100.
        String uptime = text("/proc/uptime").split(" ")[0].replace(".", "");
        return Duration.ofMillis(Math.max(0, Long.parseLong(uptime) - start.get()) * MILLIS_A_TICK);
    }

    /** The fields of /proc/PID/stat from the third one, the state, on. */
    private static Optional<String[]> stat(int pid) throws IOException {
        // The name, field 2, may have blanks and parentheses: what follows its last one is counted.
        return text(pid, "stat")
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    }

    /** A file of /proc/PID; empty when there is no such process. */
    public static Optional<String> text(int pid, String file) throws IOException {
        try {
            return Optional.of(text("/proc/" + pid + "/" + file));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ESRCH)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static String text(String path) throws IOException {
        try (Fd file = Open.absolute(path, Open.How.reading())) {
            return new String(FileBytes.readAll(file, CAP), StandardCharsets.UTF_8);
        }
    }
}

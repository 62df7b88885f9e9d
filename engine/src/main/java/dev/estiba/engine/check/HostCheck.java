package dev.estiba.engine.check;

import dev.estiba.api.HostFinding;
import dev.estiba.engine.EnginePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel and the disk have, and lack. Nothing is changed, and nothing is tried out.
 *
 * @param proc where proc(5) is
 * @param groups where cgroups(7) are
 */
public record HostCheck(Path proc, Path groups) {
    private static final int MAJOR = 6, MINOR = 1;
    private static final long FULL = 64L << 20, SHORT = 1L << 30;
    private static final long WATCHES = 8192, INSTANCES = 128;

    /** Version 1 calls the same controllers by these directories; version 2 by these words. */
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");

    /** This host. */
    public static HostCheck here() {
        return new HostCheck(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    /** @param paths whose disks are looked at */
    public List<HostFinding> look(EnginePaths paths) throws IOException {
        List<HostFinding> all = new ArrayList<>();
        kernel().ifPresent(all::add);
        controllers(all);
        overlay().ifPresent(all::add);
        userNamespaces().ifPresent(all::add);
        filters().ifPresent(all::add);
        atLeast("sys/fs/inotify/max_user_watches", WATCHES).ifPresent(all::add);
        atLeast("sys/fs/inotify/max_user_instances", INSTANCES).ifPresent(all::add);
        for (Path each : List.of(paths.dataRoot(), paths.execRoot())) {
            if (Files.exists(each)) {
                FileStore disk = Files.getFileStore(each);
                disk(each, disk.getUsableSpace(), disk.isReadOnly()).ifPresent(all::add);
            }
        }
        return all;
    }

    private String text(String file) throws IOException {
        Path path = proc.resolve(file);
        // By lines: a number of /proc/sys is given by the first read alone, and readString's is of a single byte.
        return Files.exists(path)
                ? String.join("\n", Files.readAllLines(path, StandardCharsets.ISO_8859_1))
                        .strip()
                : "";
    }

    private Optional<HostFinding> kernel() throws IOException {
        String release = text("sys/kernel/osrelease");
        String[] numbers = release.split("[^0-9]+");
        if (numbers.length < 2 || numbers[0].isEmpty()) {
            return Optional.empty();
        }
        int major = Integer.parseInt(numbers[0]);
        boolean isOld = major < MAJOR || major == MAJOR && Integer.parseInt(numbers[1]) < MINOR;
        return isOld
                ? Optional.of(new HostFinding(
                        "OldKernel",
                        false,
                        "the kernel is " + release + ", and " + MAJOR + "." + MINOR + " is the oldest that is tried",
                        "what it lacks is refused by name when it is asked for"))
                : Optional.empty();
    }

    private void controllers(List<HostFinding> all) throws IOException {
        Path unified = groups.resolve("cgroup.controllers");
        List<String> there = Files.exists(unified)
                ? List.of(Files.readString(unified, StandardCharsets.US_ASCII)
                        .strip()
                        .split(" "))
                : CONTROLLERS.stream()
                        .filter(each -> Files.isDirectory(groups.resolve(each)))
                        .toList();
        for (String each : CONTROLLERS) {
            if (!there.contains(each)) {
                all.add(new HostFinding(
                        "NoController",
                        false,
                        "the cgroup controller " + each
                                + " is not there: what is limited by it is refused, or passed over",
                        each.equals("memory")
                                ? "boot with cgroup_enable=memory, or mount it at " + groups.resolve(each)
                                : "mount it at " + groups.resolve(each) + ", or boot with cgroup version 2"));
            }
        }
    }

    private Optional<HostFinding> overlay() throws IOException {
        String known = text("filesystems");
        return known.isEmpty() || known.lines().anyMatch(line -> line.strip().endsWith("overlay"))
                ? Optional.empty()
                : Optional.of(
                        new HostFinding(
                                "NoOverlay",
                                false,
                                "the kernel has no overlayfs loaded: each container gets a copy of its image",
                                "modprobe overlay; a line \"overlay\" in /etc/modules-load.d/estiba.conf does so at each boot"));
    }

    private Optional<HostFinding> userNamespaces() throws IOException {
        return text("sys/user/max_user_namespaces").equals("0")
                ? Optional.of(new HostFinding(
                        "NoUserNamespaces",
                        false,
                        "no user namespaces can be made: --userns, --security strict and ordinary users' containers fail",
                        "sysctl user.max_user_namespaces=10000"))
                : Optional.empty();
    }

    private Optional<HostFinding> filters() throws IOException {
        boolean isThere = Files.isDirectory(proc.resolve("sys/kernel/seccomp"));
        return isThere || text("sys/kernel/osrelease").isEmpty()
                ? Optional.empty()
                : Optional.of(new HostFinding(
                        "NoSeccomp",
                        false,
                        "the kernel filters no system calls (CONFIG_SECCOMP_FILTER)",
                        "containers need --security-opt seccomp=unconfined, and are less kept in"));
    }

    /** What a thousand containers take of inotify(7) is more than some hosts allow. */
    private Optional<HostFinding> atLeast(String file, long least) throws IOException {
        String value = text(file);
        if (!value.matches("[0-9]{1,18}") || Long.parseLong(value) >= least) {
            return Optional.empty();
        }
        String name = file.substring("sys/".length()).replace('/', '.');
        return Optional.of(new HostFinding(
                "LowLimit",
                false,
                name + " is " + value + ": lists of many containers take longer, and programs in them may fail",
                "sysctl " + name + "=" + least));
    }

    /** A disk on which there is nearly nothing left. */
    static Optional<HostFinding> disk(Path directory, long usable, boolean isReadOnly) {
        if (isReadOnly) {
            return Optional.of(new HostFinding(
                    "DiskReadOnly",
                    true,
                    "the file system of " + directory + " is read-only: nothing can be made or changed",
                    "dmesg says whether an error of the disk has made it so; fsck, then mount it for writing"));
        }
        if (usable >= SHORT) {
            return Optional.empty();
        }
        boolean isFull = usable < FULL;
        return Optional.of(new HostFinding(
                isFull ? "DiskFull" : "DiskShort",
                isFull,
                "the file system of " + directory + " has " + (usable >> 20) + " MiB left",
                "'estiba system df' shows what has it, 'estiba system prune --dry-run' what would be free again"));
    }
}

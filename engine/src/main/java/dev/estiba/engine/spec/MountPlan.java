package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.api.MountPoint;
import dev.estiba.api.TmpfsOptions;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.runtime.Defaults;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is mounted in a container, beside its root: Docker's own file systems, then {@code --volumes-from}, {@code -v}, {@code --mount},
 * {@code --tmpfs} and volumes, parents before children.
 *
 * @param mounts in the order in which they are mounted
 * @param sources paths of the host that are bound
 * @param points what inspect lists, but for the volumes
 * @param volumes that are mounted in it
 */
record MountPlan(List<Mount> mounts, List<Source> sources, List<MountPoint> points, List<VolumeMount> volumes) {
    private static final List<String> TMPFS = List.of("noexec", "nosuid", "nodev");
    private static final Set<String> TMPFS_FLAGS = Set.of(
            "exec", "suid", "dev", "atime", "diratime", "relatime", "strictatime", "sync", "async", "dirsync", "mand");
    private static final Set<String> TMPFS_VALUES =
            Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol");
    /** What the usual /dev/shm is of, as mount(8) shows it. */
    static final String SHARED_MEMORY = "shm";

    static final long SHM = 64L << 20;

    /**
     * A path of the host.
     *
     * @param made whether it is made, as a directory, when it is not there: Docker's rule for {@code -v}
     */
    record Source(String path, boolean made) {}

    static MountPlan of(HostConfig host) throws ApiException {
        return of(host, "", Set.of(), List.of());
    }

    /**
     * @param id of the container
     * @param volumes the paths of its anonymous volumes, which the image may have said
     * @param inherited of other containers
     * @throws ApiException 400 in Docker's words for what makes no sense, 501 for what is not built yet
     */
    static MountPlan of(HostConfig host, String id, Set<String> volumes, List<dev.estiba.api.Mount> inherited)
            throws ApiException {
        OwnMounts own = new OwnMounts(id, host.volumeDriver());
        for (dev.estiba.api.Mount mount : inherited) {
            own.inherit(mount);
        }
        for (String bind : host.binds()) {
            own.bind(bind);
        }
        for (dev.estiba.api.Mount mount : host.mounts()) {
            own.mount(mount);
        }
        for (Map.Entry<String, String> tmpfs : host.tmpfs().entrySet()) {
            String target = absolute(tmpfs.getKey());
            own.tmpfs(new Mount(target, "tmpfs", "tmpfs", tmpfs(tmpfs.getValue())));
        }
        for (VolumeMount volume : VolumeMount.anonymous(id, volumes)) {
            own.anonymous(volume); // what is mounted there by name comes instead
        }
        Map<String, Mount> byTarget = new LinkedHashMap<>();
        for (Mount mount : defaults(host)) {
            byTarget.put(mount.destination(), mount);
        }
        own.targets().forEach(byTarget::remove);
        if (own.targets().contains("/dev")) { // whoever brings a /dev brings all of it
            byTarget.keySet().removeIf(target -> target.startsWith("/dev/"));
        }
        List<Mount> all = new ArrayList<>(byTarget.values());
        own.mounts().stream().sorted(Comparator.comparing(MountPlan::depth)).forEach(all::add);
        return new MountPlan(List.copyOf(all), own.sources(), own.points(), own.volumes());
    }

    /** The same, where directories of the host belong inside to whom they belong outside: what is root's is the container's root's. */
    MountPlan withHostsIds() {
        List<Mount> all = mounts.stream()
                .map(mount -> isOfHost(mount) && !mount.options().contains("idmap") ? idmapped(mount) : mount)
                .toList();
        return new MountPlan(all, sources, points, volumes);
    }

    private boolean isOfHost(Mount mount) {
        return mount.type().equals(Optional.of("bind"))
                && points.stream()
                        .anyMatch(point -> point.type().equals("bind")
                                && point.destination().equals(mount.destination()));
    }

    private static Mount idmapped(Mount mount) {
        List<String> options = new ArrayList<>(mount.options());
        options.add("idmap");
        return new Mount(mount.destination(), "bind", mount.source().orElse(""), options);
    }

    /** Images whose files are mounted in it. */
    List<ImageMount> images() {
        return mounts.stream()
                .filter(mount -> mount.type().equals(Optional.of(ImageMount.TYPE)))
                .map(mount -> new ImageMount(mount.source().orElse(""), mount.destination()))
                .toList();
    }

    /** What another container gets of it by {@code --volumes-from}. */
    List<dev.estiba.api.Mount> lent(HostConfig host, boolean isReadOnly) {
        return OwnMounts.lent(this, host, isReadOnly);
    }

    /**
     * The sources that are to be made, as the host is now.
     *
     * @throws ApiException 400 when one is not there that is not to be made
     */
    List<String> missing() throws ApiException {
        List<String> missing = new ArrayList<>();
        for (Source source : sources) {
            if (Files.exists(Path.of(source.path()))) {
                continue;
            }
            if (!source.made()) {
                throw ApiException.badRequest(
                        "invalid mount config for type \"bind\": bind source path does not exist: " + source.path());
            }
            missing.add(source.path());
        }
        return missing;
    }

    private static long depth(Mount mount) {
        return mount.destination().chars().filter(c -> c == '/').count();
    }

    private static List<Mount> defaults(HostConfig host) {
        List<Mount> mounts = new ArrayList<>();
        boolean shared = host.ipcMode().equals("host");
        for (Mount mount : Defaults.MOUNTS) {
            switch (mount.destination()) {
                case "/dev/shm" -> {
                    if (shared) {
                        mounts.add(new Mount("/dev/shm", "bind", "/dev/shm", List.of("rbind", "rprivate")));
                    } else if (!host.ipcMode().equals("none")) {
                        mounts.add(new Mount("/dev/shm", "tmpfs", SHARED_MEMORY, sharedMemory(host)));
                    }
                }
                case "/dev/mqueue" ->
                    mounts.add(
                            shared
                                    ? new Mount("/dev/mqueue", "bind", "/dev/mqueue", List.of("rbind", "rprivate"))
                                    : mount);
                case "/sys", "/sys/fs/cgroup" -> mounts.add(host.privileged() ? writable(mount) : mount);
                default -> mounts.add(mount);
            }
        }
        return mounts;
    }

    /** How a tmpfs at /dev/shm is mounted. */
    static List<String> sharedMemory(HostConfig host) {
        long size = host.shmSize() > 0 ? host.shmSize() : SHM;
        return List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + size);
    }

    private static Mount writable(Mount mount) {
        List<String> options = new ArrayList<>(mount.options());
        options.remove("ro");
        return new Mount(
                mount.destination(), mount.type().orElse(""), mount.source().orElse(""), options);
    }

    /** What is said last of a flag or of a value holds; the order of what is left stays. */
    private static List<String> tmpfs(String given) throws ApiException {
        Map<String, String> options = new LinkedHashMap<>();
        TMPFS.forEach(flag -> options.put(subject(flag), flag));
        for (String option : given.isEmpty() ? new String[0] : given.split(",")) {
            int equals = option.indexOf('=');
            boolean known = equals < 0 ? isFlag(option) : TMPFS_VALUES.contains(option.substring(0, equals));
            if (!known) {
                throw ApiException.badRequest("invalid tmpfs option [\"" + option + "\"]");
            }
            String key = equals < 0 ? subject(option) : option.substring(0, equals);
            options.remove(key);
            if (!option.equals("defaults")) {
                options.put(key, option);
            }
        }
        return List.copyOf(options.values());
    }

    private static boolean isFlag(String option) {
        return TMPFS_FLAGS.contains(subject(option))
                || BindText.PROPAGATION.contains(option)
                || option.equals("ro")
                || option.equals("rw")
                || option.equals("defaults");
    }

    /** What a flag is about: "noexec" and "exec" are about the same. */
    private static String subject(String flag) {
        if (BindText.PROPAGATION.contains(flag)) {
            return "propagation";
        }
        return switch (flag) {
            case "ro", "rw" -> "rw";
            default -> flag.startsWith("no") ? flag.substring(2) : flag;
        };
    }

    static List<String> tmpfs(dev.estiba.api.Mount mount) {
        List<String> options = new ArrayList<>(TMPFS);
        TmpfsOptions given = mount.tmpfsOptions().orElse(new TmpfsOptions(0, 0, List.of()));
        if (mount.readOnly()) {
            options.add("ro");
        }
        if (given.sizeBytes() > 0) {
            options.add("size=" + given.sizeBytes());
        }
        if (given.mode() != 0) {
            options.add(String.format(Locale.ROOT, "mode=%o", given.mode()));
        }
        given.options().forEach(pair -> options.add(String.join("=", pair)));
        return options;
    }

    static String absolute(String path) throws ApiException {
        if (!path.startsWith("/")) {
            throw ApiException.badRequest("invalid mount path: '" + path + "' mount path must be absolute");
        }
        try {
            return Path.of(path).normalize().toString();
        } catch (InvalidPathException e) { // a NUL
            throw ApiException.badRequest(
                    "invalid mount path: '" + path.replace('\0', '?') + "' is no path: " + e.getReason());
        }
    }
}

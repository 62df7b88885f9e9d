package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.BindOptions;
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
import java.util.Set;

/**
 * What is mounted in a container, beside its root: Docker's own file systems, then {@code -v}, {@code --mount} and
 * {@code --tmpfs}, parents before children.
 *
 * @param mounts in the order in which they are mounted
 * @param sources paths of the host that are bound
 * @param points what inspect lists, but for the volumes
 * @param volumes that the container has for itself
 */
record MountPlan(List<Mount> mounts, List<Source> sources, List<MountPoint> points, List<AnonymousVolume> volumes) {
    private static final Set<String> PROPAGATION =
            Set.of("shared", "rshared", "slave", "rslave", "private", "rprivate");
    private static final List<String> TMPFS = List.of("noexec", "nosuid", "nodev");
    private static final Set<String> TMPFS_FLAGS = Set.of(
            "exec", "suid", "dev", "atime", "diratime", "relatime", "strictatime", "sync", "async", "dirsync", "mand");
    private static final Set<String> TMPFS_VALUES =
            Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol");
    private static final long SHM = 64L << 20;

    /**
     * A path of the host.
     *
     * @param made whether it is made, as a directory, when it is not there: Docker's rule for {@code -v}
     */
    record Source(String path, boolean made) {}

    /** What is still being put together. */
    private static final class Draft {
        private final Map<String, Mount> byTarget = new LinkedHashMap<>();
        private final List<Source> sources = new ArrayList<>();
        private final List<MountPoint> points = new ArrayList<>();
        private final List<AnonymousVolume> volumes = new ArrayList<>();
    }

    static MountPlan of(HostConfig host) throws ApiException {
        return of(host, "", Set.of());
    }

    /**
     * @param id of the container
     * @param volumes the paths of its anonymous volumes, which the image may have said
     * @throws ApiException 400 in Docker's words for what makes no sense, 501 for what is not built yet
     */
    static MountPlan of(HostConfig host, String id, Set<String> volumes) throws ApiException {
        Draft draft = new Draft();
        for (Mount mount : defaults(host)) {
            draft.byTarget.put(mount.destination(), mount);
        }
        Map<String, Mount> own = new LinkedHashMap<>();
        for (String bind : host.binds()) {
            bind(draft, own, bind);
        }
        for (dev.estiba.api.Mount mount : host.mounts()) {
            mount(draft, own, mount);
        }
        for (Map.Entry<String, String> tmpfs : host.tmpfs().entrySet()) {
            String target = absolute(tmpfs.getKey());
            add(own, target, new Mount(target, "tmpfs", "tmpfs", tmpfs(tmpfs.getValue())));
        }
        for (AnonymousVolume volume : AnonymousVolume.of(id, volumes)) {
            if (!own.containsKey(volume.target())) { // what is mounted there by name comes instead
                add(own, volume.target(), volume.mount());
                draft.volumes.add(volume);
            }
        }
        own.keySet().forEach(draft.byTarget::remove);
        if (own.containsKey("/dev")) { // whoever brings a /dev brings all of it
            draft.byTarget.keySet().removeIf(target -> target.startsWith("/dev/"));
        }
        List<Mount> all = new ArrayList<>(draft.byTarget.values());
        own.values().stream().sorted(Comparator.comparing(MountPlan::depth)).forEach(all::add);
        return new MountPlan(
                List.copyOf(all), List.copyOf(draft.sources), List.copyOf(draft.points), List.copyOf(draft.volumes));
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
                        long size = host.shmSize() > 0 ? host.shmSize() : SHM;
                        mounts.add(new Mount(
                                "/dev/shm",
                                "tmpfs",
                                "shm",
                                List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + size)));
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

    private static Mount writable(Mount mount) {
        List<String> options = new ArrayList<>(mount.options());
        options.remove("ro");
        return new Mount(
                mount.destination(), mount.type().orElse(""), mount.source().orElse(""), options);
    }

    /** {@code SOURCE:TARGET[:OPTIONS]}. */
    private static void bind(Draft draft, Map<String, Mount> own, String text) throws ApiException {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw ApiException.badRequest("invalid volume specification: '" + text + "'");
        }
        if (!parts[0].startsWith("/")) {
            throw ApiException.notImplemented(
                    "volumes by name are not built yet: " + text + " (a directory's absolute path works)");
        }
        String target = parts[1];
        if (!target.startsWith("/")) {
            throw ApiException.badRequest("invalid volume specification: '" + text
                    + "': invalid mount config for type \"bind\": invalid mount path: '" + target
                    + "' mount path must be absolute");
        }
        String mode = parts.length == 3 ? parts[2] : "";
        List<String> options = new ArrayList<>(List.of("rbind"));
        String propagation = "rprivate";
        boolean readOnly = false;
        for (String option : mode.isEmpty() ? new String[0] : mode.split(",")) {
            if (PROPAGATION.contains(option)) {
                propagation = option;
            } else {
                switch (option) {
                    case "ro" -> readOnly = true;
                    // podman's: what is the host's root's is the container's root's.
                    case "idmap" -> options.add("idmap");
                    // Relabelling is SELinux's, which is not there; the others are of other systems.
                    case "rw", "z", "Z", "nocopy", "consistent", "cached", "delegated" -> {}
                    default -> throw ApiException.badRequest("invalid mode: " + mode);
                }
            }
        }
        options.add(propagation);
        if (readOnly) {
            options.add("ro");
        }
        String source = absolute(parts[0]);
        String clean = absolute(target);
        draft.sources.add(new Source(source, true));
        add(own, clean, new Mount(clean, "bind", source, options));
        draft.points.add(new MountPoint("bind", "", source, clean, "", mode, !readOnly, propagation));
    }

    private static void mount(Draft draft, Map<String, Mount> own, dev.estiba.api.Mount mount) throws ApiException {
        String prefix = "invalid mount config for type \"" + mount.type() + "\": ";
        if (mount.target().isEmpty()) {
            throw ApiException.badRequest(prefix + "field Target must not be empty");
        }
        if (!mount.target().startsWith("/")) {
            throw ApiException.badRequest(
                    prefix + "invalid mount path: '" + mount.target() + "' mount path must be absolute");
        }
        String target = absolute(mount.target());
        switch (mount.type()) {
            case "bind" -> bindMount(draft, own, mount, target, prefix);
            case "tmpfs" -> {
                if (!mount.source().isEmpty()) {
                    throw ApiException.badRequest(prefix + "field Source must not be specified");
                }
                add(own, target, new Mount(target, "tmpfs", "tmpfs", tmpfs(mount)));
                draft.points.add(new MountPoint("tmpfs", "", "", target, "", "", !mount.readOnly(), ""));
            }
            case "volume" -> throw ApiException.notImplemented("volumes are not built yet: --mount type=volume");
            case "image", "cluster", "npipe" ->
                throw ApiException.notImplemented("mounts of type " + mount.type() + " are not built yet");
            default -> throw ApiException.badRequest("mount type unknown: \"" + mount.type() + "\"");
        }
    }

    private static void bindMount(
            Draft draft, Map<String, Mount> own, dev.estiba.api.Mount mount, String target, String prefix)
            throws ApiException {
        if (mount.source().isEmpty()) {
            throw ApiException.badRequest(prefix + "field Source must not be empty");
        }
        if (!mount.source().startsWith("/")) {
            throw ApiException.badRequest(
                    prefix + "invalid mount path: '" + mount.source() + "' mount path must be absolute");
        }
        BindOptions bind = mount.bindOptions().orElse(new BindOptions("", false, false, false, false));
        String source = absolute(mount.source());
        draft.sources.add(new Source(source, bind.createMountpoint()));
        String propagation = bind.propagation().isEmpty() ? "rprivate" : bind.propagation();
        if (!PROPAGATION.contains(propagation)) {
            throw ApiException.badRequest(prefix + "invalid propagation mode: " + propagation);
        }
        List<String> options = new ArrayList<>();
        options.add(bind.nonRecursive() ? "bind" : "rbind");
        options.add(propagation);
        if (mount.readOnly()) {
            options.add("ro");
            if (bind.readOnlyForceRecursive()) {
                options.add("rro");
            }
        }
        add(own, target, new Mount(target, "bind", source, options));
        draft.points.add(new MountPoint("bind", "", source, target, "", "", !mount.readOnly(), propagation));
    }

    private static void add(Map<String, Mount> own, String target, Mount mount) throws ApiException {
        if (target.equals("/")) {
            throw ApiException.badRequest("invalid specification: destination can't be '/'");
        }
        if (own.putIfAbsent(target, mount) != null) {
            throw ApiException.badRequest("Duplicate mount point: " + target);
        }
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
                || PROPAGATION.contains(option)
                || option.equals("ro")
                || option.equals("rw")
                || option.equals("defaults");
    }

    /** What a flag is about: "noexec" and "exec" are about the same. */
    private static String subject(String flag) {
        if (PROPAGATION.contains(flag)) {
            return "propagation";
        }
        return switch (flag) {
            case "ro", "rw" -> "rw";
            default -> flag.startsWith("no") ? flag.substring(2) : flag;
        };
    }

    private static List<String> tmpfs(dev.estiba.api.Mount mount) {
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

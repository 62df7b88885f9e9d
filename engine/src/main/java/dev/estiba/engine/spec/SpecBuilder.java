package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.MountPoint;
import dev.estiba.linux.Fd;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConsoleSize;
import dev.estiba.oci.runtime.IdMapping;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Mount;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.oci.runtime.Root;
import dev.estiba.oci.runtime.User;
import dev.estiba.runtime.Defaults;
import dev.estiba.runtime.compile.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The runtime's configuration of a container, from its request (merged with its image) and this host.
 *
 * <p>{@link #of} refuses what is wrong with the request, {@link #onHost} what this host does not have now, both before
 * anything is made; {@link #config} then needs only what the start alone knows.
 */
public final class SpecBuilder {
    private static final String PING = "net.ipv4.ping_group_range";
    private static final Map<String, String> SYSCTLS =
            Map.of("net.ipv4.ip_unprivileged_port_start", "0", PING, "0 2147483647");

    /** Where Docker has it; an image's own file there is covered. */
    private static final String INIT = "/sbin/docker-init";

    private final String id;
    private final ContainerConfig config;
    private final HostConfig host;
    private final HostFacts facts;
    private final Isolation isolation;
    private final SecurityOptions security;
    private final Set<Capability> capabilities;
    private final MountPlan mounts;
    private final Optional<ContainerIds> ids;
    private final Snapshotter snapshotter;

    private SpecBuilder(String id, CreateRequest request, List<dev.estiba.api.Mount> inherited, HostFacts facts)
            throws ApiException {
        this.id = id;
        this.config = request.config();
        this.host = request.hostConfig();
        this.facts = facts;
        Unsupported.refuse(request);
        isolation = isolation(request);
        Limits.check(host);
        security = SecurityOptions.parse(host.securityOpt());
        // A jail's program is never root: it has what is added, and nothing by default.
        List<String> dropped = isJail() ? List.of("ALL") : host.capDrop();
        capabilities = CapabilityChoice.of(host.capAdd(), dropped, host.privileged(), facts.capabilities());
        // Where none can be mounted for it, what the image has in such a place is part of the rest.
        Set<String> volumes = isJail() || isRootless() ? Set.of() : config.volumes();
        MountPlan plan = MountPlan.of(host, id, volumes, inherited);
        if (isRootless() && !plan.volumes().isEmpty()) {
            throw ApiException.notImplemented(
                    "not built yet: volumes of an ordinary user (a directory's absolute path works)");
        }
        ids = ids(UserNamespaceMode.of(host, facts), facts);
        mounts = security.isStrict() && ids.isPresent() && !isRootless() ? plan.withHostsIds() : plan;
        if (ids.isPresent() && !mounts.images().isEmpty()) {
            throw ApiException.notImplemented(
                    "not built yet: --mount type=image in a container with ids of its own (--userns, --uidmap)");
        }
        if (ids.isPresent() && (isOfAnother(host.pidMode()) || isOfAnother(host.ipcMode()))) {
            throw ApiException.notImplemented(
                    "not built yet: --pid and --ipc container:NAME in a container with ids of its own (--userns, --uidmap)");
        }
        snapshotter = Snapshotter.of(host, facts);
        if (isJail() && ids.isPresent() && !isRootless()) {
            throw ApiException.badRequest("--isolation chroot: it has no user namespace (--userns, --uidmap)");
        }
        if (isJail() && isRootless()) {
            throw ApiException.badRequest(
                    "--isolation chroot takes root: without a namespace nobody else may change the root");
        }
        if (!config.workingDir().isEmpty() && !config.workingDir().startsWith("/")) {
            throw ApiException.badRequest(
                    "the working directory '" + config.workingDir() + "' is invalid, it needs to be an absolute path");
        }
    }

    /**
     * Looks at the request alone, never at the host.
     *
     * @throws ApiException 400 for what makes no sense, 501 for what is not built yet
     */
    public static SpecBuilder of(String id, CreateRequest merged, HostFacts facts) throws ApiException {
        return of(id, merged, List.of(), facts);
    }

    /** @param inherited what it has of other containers ({@code --volumes-from}) */
    public static SpecBuilder of(String id, CreateRequest merged, List<dev.estiba.api.Mount> inherited, HostFacts facts)
            throws ApiException {
        return new SpecBuilder(id, merged, inherited, facts);
    }

    /** What {@code --volumes-from} says behind a container's name. */
    public static boolean isReadOnlyMode(String mode) throws ApiException {
        return BindText.isReadOnly(mode);
    }

    /** What another container gets of it by {@code --volumes-from}. */
    public List<dev.estiba.api.Mount> lent(boolean isReadOnly) {
        return mounts.lent(host, isReadOnly);
    }

    /**
     * Looks at what a person has asked for, before the image adds to it.
     *
     * @throws ApiException 501 for what is not built yet
     */
    public static void refuseOwn(CreateRequest request, HostFacts facts) throws ApiException {
        Unsupported.refuseOwn(request.config(), facts);
        if (request.hostConfig().isolation().equals("chroot")
                && !request.config().volumes().isEmpty()) {
            throw ApiException.badRequest("--isolation chroot: nothing can be mounted in it (-v)");
        }
    }

    /**
     * @throws ApiException 400 or 500, in Docker's words, for a directory or a device that this host does not have, and
     *     for a seccomp profile that is none
     */
    public HostParts onHost() throws ApiException {
        return HostParts.of(mounts, host, seccomp().source(capabilities));
    }

    /** {@link #onHost} for a container that is about to be made: the runtime's own refusals as well, where it can be asked. */
    public void refuseOnHost() throws IOException {
        onHost();
        Limits.checkOnHost(host.resources());
        seccomp().check(capabilities);
    }

    /** Of a privileged container nobody looks at the profile, not even whether it is one: WithSeccomp of moby (daemon). */
    private SeccompChoice seccomp() {
        if (host.privileged()) {
            return SeccompChoice.UNCONFINED;
        }
        return security.isStrict() && security.seccomp().equals(SeccompChoice.BUILT_IN)
                ? new SeccompChoice.Strict(ids.isPresent())
                : security.seccomp();
    }

    private static Isolation isolation(CreateRequest request) throws ApiException {
        return switch (request.hostConfig().isolation()) {
            case "", "default", "namespaces" -> Isolation.NAMESPACES;
            case "chroot" -> {
                Jail.refuse(request);
                yield Isolation.CHROOT;
            }
            case "sandbox", "vm" ->
                throw ApiException.notImplemented(
                        "--isolation " + request.hostConfig().isolation() + " is not built yet");
            default ->
                throw ApiException.badRequest("invalid isolation: "
                        + request.hostConfig().isolation() + " (there are namespaces and chroot)");
        };
    }

    /** Whether its first process is one that reaps and passes signals on ({@code --init}). */
    public boolean wantsInit() {
        return host.init().orElse(false);
    }

    /** What it asks for that this host's kernel does not have, and that is passed over. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(Rootless.warnings(host, facts));
        if (BlockDevices.discardsWeights(host.resources())) {
            warnings.add("Your kernel does not support Block I/O weight_device or the cgroup is not mounted."
                    + " Weight-device discarded.");
        }
        if (host.resources().oomKillDisable().orElse(false) && host.resources().memory() == 0) {
            warnings.add(
                    "OOM killer is disabled for the container, but no memory limit is set, this can result in the system"
                            + " running out of resources.");
        }
        return warnings;
    }

    /** Its wishes with what they come to, as it is shown. */
    public HostConfig shown() {
        return ShownHostConfig.of(host, security, facts);
    }

    /** What keeps it from the host. */
    public Isolation isolation() {
        return isolation;
    }

    private static Optional<ContainerIds> ids(UserNamespaceMode mode, HostFacts facts) {
        return switch (mode) {
            case UserNamespaceMode.Host() -> facts.lent().map(lent -> new ContainerIds(lent.uids(), lent.gids()));
            // On paper: which range it is, is only known when the container is made.
            case UserNamespaceMode.Auto(long size) -> Optional.of(ContainerIds.range(IdPool.USUAL.first(), size));
            case UserNamespaceMode.Mapped(ContainerIds mapped) -> Optional.of(mapped);
        };
    }

    /** Which ids of the host its users are; empty when they are the host's own. */
    public Optional<ContainerIds> ids() {
        return ids;
    }

    public Snapshotter snapshotter() {
        return snapshotter;
    }

    private static boolean isOfAnother(String mode) {
        return mode.startsWith("container:");
    }

    private boolean isRootless() {
        return facts.lent().isPresent();
    }

    private boolean isJail() {
        return isolation.equals(Isolation.CHROOT);
    }

    /** Where a container is beneath each cgroup hierarchy. */
    public static String cgroup(HostConfig host, String id) {
        String parent = host.resources().cgroupParent();
        String clean = (parent.startsWith("/") ? parent : "/" + parent).replaceAll("/+$", "");
        return (parent.isEmpty() ? "/estiba" : clean) + "/" + id;
    }

    /** @param files the container's directory */
    public List<MountPoint> mountPoints(Path files) {
        List<MountPoint> all = new ArrayList<>(mounts.points());
        volumes().forEach(volume -> all.add(volume.point(dataRoot(files))));
        return all;
    }

    /** Volumes are beside the directories of containers. */
    private static Path dataRoot(Path files) {
        return Optional.ofNullable(files.getParent())
                .map(Path::getParent)
                .orElseThrow(() -> new IllegalArgumentException("no container's directory: " + files));
    }

    /** How the /dev/shm of a container is mounted, as mount(8) has its options. */
    public static List<String> sharedMemory(HostConfig host) {
        return MountPlan.sharedMemory(host);
    }

    /** Images whose files are mounted in it. */
    public List<ImageMount> images() {
        return mounts.images();
    }

    /** That are there before it starts. */
    public List<VolumeMount> volumes() {
        return mounts.volumes();
    }

    Set<Capability> capabilities() {
        return capabilities;
    }

    /** A set-user-ID program of a jail would be the host's root. */
    boolean noNewPrivileges() {
        return security.noNewPrivileges() || isJail();
    }

    /** How the container is called inside. */
    public String hostname() {
        if (!config.hostname().isEmpty()) {
            return config.hostname();
        }
        return isJail() || host.utsMode().equals("host") || host.networkMode().equals("host")
                ? facts.hostname()
                : id.substring(0, 12);
    }

    /**
     * @param parts what {@link #onHost} has found
     * @param files the container's directory
     * @param own where its own hostname, hosts and resolv.conf are
     * @param init the program that is its first process when one is asked for ({@link #wantsInit}); else not looked at
     * @param network the network namespace that it joins; empty when it has one of its own, or the host's
     * @param layers its root directory, or what that is put together of, the uppermost first: to look its user up
     * @throws ApiException 400 when it has no such user
     */
    public Config config(HostParts parts, Path files, Path own, Path init, Optional<String> network, List<Fd> layers)
            throws IOException {
        UserDatabase.Identity identity = identity(layers, config.user());
        Config.Builder built = Config.builder(Config.SPEC_VERSION)
                .process(process(identity))
                .root(new Root("rootfs", host.readonlyRootfs()))
                .mounts(isJail() ? List.of() : mounts(files, own, init, parts.sources()))
                .annotations(host.annotations())
                .linux(linux(parts, network));
        if (!host.utsMode().equals("host") && !isJail()) {
            built.hostname(hostname());
            if (!config.domainname().isEmpty()) {
                built.domainname(config.domainname());
            }
        }
        return built.build();
    }

    UserDatabase.Identity identity(List<Fd> layers, String user) throws IOException {
        try {
            UserDatabase.Identity found = UserDatabase.in(layers).find(user, host.groupAdd());
            refuseUnmapped("user", found.uid(), ids.map(ContainerIds::uids));
            for (long group : found.groups()) {
                refuseUnmapped("group", group, ids.map(ContainerIds::gids).filter(gids -> !isRootless()));
            }
            return found;
        } catch (UserDatabase.UnknownUser e) {
            throw new ApiException(400, String.valueOf(e.getMessage()));
        }
    }

    /** The kernel's own word for it is "invalid argument". */
    private static void refuseUnmapped(String what, long id, Optional<List<IdMapping>> mappings) throws ApiException {
        boolean lacks = mappings.isPresent()
                && mappings.get().stream()
                        .noneMatch(each -> id >= each.containerId() && id - each.containerId() < each.size());
        if (lacks) {
            throw ApiException.badRequest(what + " " + id
                    + " of the container is nobody on the host: its user namespace has "
                    + String.join(
                            ", ",
                            mappings.get().stream()
                                    .map(each -> each.containerId() + " to " + (each.containerId() + each.size() - 1))
                                    .toList()));
        }
    }

    private Process process(UserDatabase.Identity identity) throws ApiException {
        List<String> command = new ArrayList<>(wantsInit() ? List.of(INIT, "--") : List.of());
        command.addAll(Merge.command(config));
        Process.Builder process = Process.builder(command, config.workingDir().isEmpty() ? "/" : config.workingDir())
                .terminal(config.tty())
                .env(environment(identity, config.tty()))
                .user(new User(
                        identity.uid(),
                        identity.gid(),
                        OptionalInt.of(022),
                        Rootless.groups(identity, facts),
                        Optional.empty()))
                .capabilities(CapabilityChoice.sets(capabilities))
                .rlimits(Limits.rlimits(host.resources().ulimits(), facts))
                .noNewPrivileges(noNewPrivileges())
                .oomScoreAdj(host.oomScoreAdj());
        if (config.tty()
                && host.consoleSize().height() > 0
                && host.consoleSize().width() > 0) {
            process.consoleSize(new ConsoleSize(
                    host.consoleSize().height(), host.consoleSize().width()));
        }
        return process.build();
    }

    List<String> environment(UserDatabase.Identity identity, boolean terminal) {
        Map<String, String> env = new LinkedHashMap<>();
        Merge.put(env, "PATH=" + Defaults.PATH);
        Merge.put(env, "HOSTNAME=" + hostname());
        if (terminal) {
            Merge.put(env, "TERM=xterm");
        }
        config.env().forEach(variable -> Merge.put(env, variable));
        env.putIfAbsent("HOME", "HOME=" + identity.home());
        return List.copyOf(env.values());
    }

    /**
     * What of the host and of the container's own is mounted in it.
     *
     * @param files the container's directory
     * @param own where its own hostname, hosts and resolv.conf are
     * @param sources as {@link HostParts#sources}
     */
    public List<Mount> binds(Path files, Path own, Map<String, String> sources) {
        return mounts(files, own, Path.of("/"), sources).stream()
                .filter(mount -> mount.type().equals(Optional.of("bind")))
                .filter(mount -> !mount.destination().equals(INIT)
                        && !mount.destination().startsWith("/dev/")
                        && !mount.destination().startsWith("/sys/"))
                .toList();
    }

    /** Who a container's user is, in its own ids, by its own files. */
    public UserIds userIds(Fd root) throws IOException {
        UserDatabase.Identity identity = identity(List.of(root), config.user());
        return new UserIds(identity.uid(), identity.gid());
    }

    private List<Mount> mounts(Path files, Path own, Path init, Map<String, String> sources) {
        List<Mount> all = new ArrayList<>();
        Set<String> taken = new java.util.HashSet<>();
        mounts.mounts().forEach(mount -> taken.add(mount.destination()));
        boolean added = false;
        for (Mount mount : mounts.mounts()) {
            // Before the first of the user's own: one of those may go over or beneath it.
            if (!added
                    && Defaults.MOUNTS.stream()
                            .noneMatch(each -> each.destination().equals(mount.destination()))) {
                own(own, taken, all);
                added = true;
            }
            all.add(Rootless.mount(placed(hiding(mount), files, sources), ids, host));
        }
        if (!added) {
            own(own, taken, all);
        }
        if (wantsInit()) {
            all.add(new Mount(INIT, "bind", init.toString(), List.of("bind", "ro")));
        }
        return all;
    }

    /** Who is not root in a strict container sees no processes but those of that user (proc(5), hidepid). */
    private Mount hiding(Mount mount) {
        if (!security.isStrict() || !mount.type().equals(Optional.of("proc")) || StrictSecurity.isRoot(config.user())) {
            return mount;
        }
        List<String> options = new ArrayList<>(mount.options());
        options.add("hidepid=2");
        return new Mount(mount.destination(), "proc", mount.source().orElse("proc"), options);
    }

    private static Mount placed(Mount mount, Path files, Map<String, String> sources) {
        String source = mount.source().orElse("");
        if (mount.type().equals(Optional.of(ImageMount.TYPE))) {
            return ImageMount.mount(mount.destination(), sources.getOrDefault(mount.destination(), "/" + source));
        }
        if (mount.type().equals(Optional.of("tmpfs")) && source.equals(MountPlan.SHARED_MEMORY)) {
            // What others share is mounted already (--ipc shareable, container:NAME).
            return Optional.ofNullable(sources.get(mount.destination()))
                    .map(shared -> new Mount(mount.destination(), "bind", shared, List.of("rbind", "rprivate")))
                    .orElse(mount);
        }
        boolean isVolume = mount.type().equals(Optional.of("bind")) && !source.startsWith("/");
        if (!isVolume) {
            return mount;
        }
        String whole = dataRoot(files).resolve(source).toString();
        return new Mount(
                mount.destination(), "bind", sources.getOrDefault(mount.destination(), whole), mount.options());
    }

    private static void own(Path files, Set<String> taken, List<Mount> all) {
        for (String name : List.of("resolv.conf", "hostname", "hosts")) {
            if (!taken.contains("/etc/" + name)) {
                all.add(new Mount(
                        "/etc/" + name, "bind", files.resolve(name).toString(), List.of("rbind", "rprivate")));
            }
        }
    }

    private Linux linux(HostParts parts, Optional<String> network) {
        boolean privileged = host.privileged();
        Linux.Builder linux = Linux.builder()
                .namespaces(isJail() ? List.of() : namespaces(network))
                .devices(parts.nodes())
                .sysctl(sysctls());
        ids.ifPresent(own -> linux.uidMappings(own.uids()).gidMappings(own.gids()));
        if (isRootless()) {
            Resources wanted = resources(parts);
            facts.delegation()
                    .ifPresent(mine ->
                            linux.cgroupsPath(mine.group() + cgroup(host, id)).resources(mine.keep(wanted)));
        } else {
            linux.cgroupsPath(cgroup(host, id)).resources(resources(parts));
        }
        parts.seccomp().ifPresent(linux::seccomp);
        if (!privileged && !security.systemPathsVisible() && !isJail()) {
            linux.maskedPaths(host.maskedPaths().orElse(Defaults.MASKED_PATHS));
            linux.readonlyPaths(host.readonlyPaths().orElse(Defaults.READ_ONLY_PATHS));
        }
        boolean shares = mounts.mounts().stream()
                .flatMap(mount -> mount.options().stream())
                .anyMatch(option -> option.endsWith("shared"));
        if (shares) {
            linux.rootfsPropagation("rshared");
        }
        return linux.build();
    }

    private List<Namespace> namespaces(Optional<String> network) {
        List<Namespace> all = new ArrayList<>();
        if (ids.isPresent()) {
            all.add(Namespace.create(Namespace.Type.USER));
        }
        all.add(Namespace.create(Namespace.Type.MOUNT));
        if (!host.networkMode().equals("host")) {
            all.add(network.map(path -> Namespace.join(Namespace.Type.NETWORK, path))
                    .orElse(Namespace.create(Namespace.Type.NETWORK)));
        }
        if (!host.utsMode().equals("host")) {
            all.add(Namespace.create(Namespace.Type.UTS));
        }
        if (!host.pidMode().equals("host")) {
            all.add(Namespace.create(Namespace.Type.PID));
        }
        if (!host.ipcMode().equals("host")) {
            all.add(Namespace.create(Namespace.Type.IPC));
        }
        // Docker's default: the host's on version 1, one of its own on version 2, for a privileged container too.
        String groups = host.cgroupnsMode();
        if (groups.equals("private") || (groups.isEmpty() && facts.unified())) {
            all.add(Namespace.create(Namespace.Type.CGROUP));
        }
        return all;
    }

    private Resources resources(HostParts parts) {
        return Resources.builder()
                .devices(parts.rules())
                .memory(Limits.memory(host.resources()))
                .cpu(Limits.cpu(host.resources()))
                .pids(Limits.pids(host.resources()))
                .blockIo(parts.blockIo())
                .build();
    }

    /** Whether its network is another container's, who has set it as that one wanted. */
    private boolean sharesNetwork() {
        return host.networkMode().startsWith("container:");
    }

    private Map<String, String> sysctls() {
        Map<String, String> all = new LinkedHashMap<>();
        if (!host.networkMode().equals("host") && !sharesNetwork()) {
            all.putAll(SYSCTLS);
            if (isRootless()) {
                all.remove(PING); // its groups are the host's, of which a user namespace has few
            } else if (ids.isPresent()) {
                all.put(PING, "0 " + Math.min(ids.get().lastGroup(), Integer.MAX_VALUE));
            }
        }
        all.putAll(host.sysctls());
        return all;
    }
}

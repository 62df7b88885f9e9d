package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.content.inspect.OwnedTree;
import dev.estiba.content.inspect.Owners;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.MountTree;
import dev.estiba.linux.Open;
import dev.estiba.linux.Pidfd;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a container's files are: its root directory as it sees it, and the trees that this is put together of. */
final class FileTrees {
    /** What is made in every container for what is mounted there; dockerd has these places in a layer of its own (initlayer). */
    private static final Set<TarBytes> POINTS = Stream.of(
                    "dev",
                    "dev/pts",
                    "dev/shm",
                    "dev/mqueue",
                    "dev/console",
                    "proc",
                    "sys",
                    "etc",
                    "etc/hostname",
                    "etc/hosts",
                    "etc/resolv.conf",
                    "sbin",
                    "sbin/docker-init")
            .map(TarBytes::of)
            .collect(Collectors.toUnmodifiableSet());

    private final Context context;
    private final ContainerVolumes volumes;

    FileTrees(Context context, ContainerVolumes volumes) {
        this.context = context;
        this.volumes = volumes;
    }

    /**
     * A container's root directory.
     *
     * @param root with what is mounted in it; the caller's
     * @param isRunning whether it is its processes' own, and not one that was put together for the caller
     */
    record Root(Fd root, boolean isRunning) {}

    /**
     * @param image the lowest first
     * @param container likewise: the image's and the container's own on top of them, or a copy of all of them
     */
    record Trees(List<OwnedTree> image, List<OwnedTree> container) {
        Set<TarBytes> points() {
            return POINTS;
        }
    }

    private SpecBuilder spec(Locked container) throws ApiException {
        return context.spec(container.record());
    }

    /** An ordinary user's container mounts its own overlay, whose files are partly nobody's out here. */
    void refuseRootless() throws ApiException {
        if (context.facts().lent().isPresent()) {
            throw ApiException.notImplemented(
                    "cp, diff, export and commit take root: for an ordinary user they are not built yet");
        }
    }

    /** Whose ids are others on the disk. */
    Optional<ContainerIds> ids(Locked container) throws ApiException {
        return spec(container).ids().filter(each -> !each.isSame());
    }

    /** Under the lock, which a start holds until its program runs: before that its root directory may still be the host's. */
    Root root(Locked container) throws IOException {
        Status status = context.status(container);
        if (status instanceof Status.Running(int pid, boolean paused) && pid == 0) {
            Removal.awaitMonitor(context, container); // it has ended, and is about to say how
            status = context.status(container);
        }
        if (status instanceof Status.Running(int pid, boolean paused) && pid != 0) {
            Optional<Fd> root = ofProcess(container, pid);
            if (root.isPresent()) {
                return new Root(root.get(), true);
            }
            Removal.awaitMonitor(context, container);
        }
        return new Root(mounted(container), false);
    }

    /** Empty when it has ended meanwhile. */
    private Optional<Fd> ofProcess(Locked container, int pid) throws IOException {
        try (Pidfd process = Pidfd.open(pid)) {
            Fd root = Open.absolute("/proc/" + process.pid() + "/root", Open.How.directory());
            // The number was its init's before and is after: so it was in between.
            if (context.status(container) instanceof Status.Running(int now, boolean paused) && now == pid) {
                return Optional.of(root);
            }
            root.close();
            return Optional.empty();
        } catch (ErrnoException e) {
            if (e.is(Errno.ESRCH) || e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** As its next start would find it, with what is mounted in it but tmpfs. */
    private Fd mounted(Locked container) throws IOException {
        SpecBuilder spec = spec(container);
        Optional<ContainerIds> ids = ids(container);
        Path data = container.home().dataPath();
        try (RootFileSystem root = RootFileSystem.of(container, ids, Starter.wish(spec), context, false)) {
            Fd mount = root.mount().orElseThrow();
            Path own = ContainerFiles.of(container.home());
            try (ReadyVolumes ready = volumes.ready(container, spec, mount, spec.ids())) {
                List<MountTree.Bind> binds = new ArrayList<>();
                for (Mount each : spec.binds(data, own, ready.sources())) {
                    bind(each, List.of(data, own)).ifPresent(binds::add);
                }
                return MountTree.of(mount, binds);
            } finally {
                volumes.looked(container.record());
            }
        }
    }

    private static Optional<MountTree.Bind> bind(Mount mount, List<Path> own) throws ApiException {
        String source = mount.source().orElseThrow();
        boolean isThere = Files.exists(Path.of(source));
        if (!isThere && own.stream().anyMatch(Path.of(source)::startsWith)) {
            return Optional.empty(); // it is written at its first start
        }
        if (!isThere) {
            throw ApiException.badRequest(
                    "the container's mount " + mount.destination() + ": " + source + " is not there on the host");
        }
        if (mount.options().contains("idmap")) {
            throw ApiException.notImplemented("cp does not know the ids of " + mount.destination()
                    + " (idmap) as long as the container does not run: start it first");
        }
        boolean recursive = mount.options().contains("rbind");
        return Optional.of(new MountTree.Bind(
                source, mount.destination(), recursive, mount.options().contains("ro")));
    }

    /** Under the lock: it may be the first that looks. */
    Trees trees(Locked container) throws IOException {
        Path data = container.home().dataPath();
        Owners owners = ids(container).map(ContainerIds::inContainer).orElse(Owners.SAME);
        List<OwnedTree> image = new ArrayList<>();
        for (String lower : LowerDirectories.of(container, context.images()).reversed()) {
            image.add(new OwnedTree(Path.of(lower), Owners.SAME));
        }
        if (isThere(NativeCopy.root(data))) {
            return new Trees(image, List.of(new OwnedTree(NativeCopy.root(data), owners)));
        }
        List<OwnedTree> all = new ArrayList<>(image);
        Path upper = data.resolve("upper");
        if (isThere(upper)) {
            all.add(new OwnedTree(upper, owners));
        }
        return new Trees(image, all);
    }

    private static boolean isThere(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }
}

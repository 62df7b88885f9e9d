package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.content.inspect.Owners;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.IdMappedMount;
import dev.estiba.linux.IdMappedOverlay;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.OverlayRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container's root file system for one start: changes go to the container's own directory, and only while it runs is
 * anything mounted. It is an overlay of the image's layers, or, where there can be none, a copy of them. Root mounts it here,
 * as a descriptor that is in nobody's mount table; for an ordinary user the container does it, in its user namespace.
 *
 * @param mount the detached mount; this object's
 * @param overlay what the container mounts otherwise
 * @param layers where its users are looked up, the uppermost first; this object's
 */
record RootFileSystem(Optional<Fd> mount, Optional<OverlayRoot> overlay, List<Fd> layers) implements AutoCloseable {
    /** What overlayfs, or the file system that the engine's directory is on, answers when it cannot. */
    private static final List<Errno> UNABLE = List.of(Errno.ENODEV, Errno.EINVAL, Errno.EOPNOTSUPP, Errno.ENOSYS);

    /**
     * Root's.
     *
     * @param ids what its users are on the host, where they are others: its layers are seen through them, so that they need no
     *     copy, and what it writes is in its upper directory with the host's ids
     * @param wish why it is to have a copy instead of an overlay
     */
    static RootFileSystem of(Locked container, Optional<ContainerIds> ids, Optional<String> wish, Context context)
            throws IOException {
        Optional<Fd> there = context.spares().mount(container);
        return there.isPresent()
                ? mounted(there.get())
                : of(container, ids, wish, context, container.record().ephemeral());
    }

    /**
     * @param unsynced whether a crash of the machine may lose changes. What was mounted so once can be mounted no second time, so it is
     *     for a start alone
     */
    static RootFileSystem of(
            Locked container, Optional<ContainerIds> ids, Optional<String> wish, Context context, boolean unsynced)
            throws IOException {
        Path data = container.home().dataPath();
        List<String> lowers = LowerDirectories.of(container, context.images());
        Optional<String> why = NativeCopy.why(data);
        boolean begun = Files.isDirectory(data.resolve("upper"), LinkOption.NOFOLLOW_LINKS);
        if (why.isEmpty() && !begun) {
            why = wish;
        }
        if (why.isEmpty()) {
            try {
                Fd overlay = overlay(container, lowers, ids, context, unsynced);
                return mounted(unsynced && ids.isEmpty() ? context.spares().keep(container, lowers, overlay) : overlay);
            } catch (ErrnoException e) {
                if (begun || UNABLE.stream().noneMatch(e::is)) {
                    throw e;
                }
                why = Optional.of("no overlay can be made here: " + e.getMessage());
                RemoveTree.remove(container.home().data(), "upper");
                RemoveTree.remove(container.home().data(), "work");
            }
        }
        Optional<String> refusal = StorageQuotas.refusal(container.record());
        if (refusal.isPresent()) {
            throw ApiException.serverError(refusal.get() + ": " + why.get());
        }
        Owners owners = ids.map(ContainerIds::onDisk).orElse(Owners.SAME);
        NativeCopy.ensure(container.home(), why.get(), lowers, owners);
        return mounted(IdMappedMount.copy(NativeCopy.root(data).toString()));
    }

    private static Fd overlay(
            Locked container, List<String> layers, Optional<ContainerIds> ids, Context context, boolean unsynced)
            throws IOException {
        Path data = container.home().dataPath();
        List<String> lowers = new ArrayList<>(layers);
        if (!container.record().request().hostConfig().isolation().equals("chroot")) {
            lowers.add(MountPoints.in(context.paths().dataRoot())); // nothing is mounted in a jail
        }
        forgetUnsynced(container);
        makeUpper(data, Path.of(lowers.getFirst()), (lower, made) -> {
            Owners owners = ids.map(ContainerIds::onDisk).orElse(Owners.SAME);
            int uid = (int) Files.getAttribute(lower, "unix:uid");
            int gid = (int) Files.getAttribute(lower, "unix:gid");
            Files.setAttribute(made, "unix:uid", (int) owners.uid().applyAsLong(Integer.toUnsignedLong(uid)));
            Files.setAttribute(made, "unix:gid", (int) owners.gid().applyAsLong(Integer.toUnsignedLong(gid)));
        });
        StorageQuotas.ensure(container, context);
        String upper = data.resolve("upper").toString();
        String work = data.resolve("work").toString();
        if (ids.isEmpty()) {
            return DetachedMount.overlay(lowers, upper, work, unsynced);
        }
        try (Fd namespace =
                context.runtime().userNamespace(ids.get().uids(), ids.get().gids())) {
            return IdMappedOverlay.make(namespace, lowers, upper, work, unsynced);
        }
    }

    /** The kernel mounts none again that was not synced (overlayfs.rst, "Volatile mount"); of one that has not begun nothing is lost. */
    private static void forgetUnsynced(Locked container) throws IOException {
        if (Files.isDirectory(container.home().dataPath().resolve("work/work/incompat"), LinkOption.NOFOLLOW_LINKS)) {
            RemoveTree.remove(container.home().data(), "work");
            Directory.make(container.home().data(), "work", 0755);
        }
    }

    /** @param mount from now on the new object's */
    static RootFileSystem mounted(Fd mount) {
        return new RootFileSystem(Optional.of(mount), Optional.empty(), List.of(mount));
    }

    /** An ordinary user's. */
    static RootFileSystem ofUser(Locked container, Context context) throws IOException {
        Path data = container.home().dataPath();
        List<String> lowers = LowerDirectories.of(container, context.images());
        Path upper = data.resolve("upper");
        makeUpper(data, Path.of(lowers.getFirst()), (_, _) -> {}); // a user can give nothing away
        OverlayRoot overlay = new OverlayRoot(
                lowers,
                upper.toString(),
                data.resolve("work").toString(),
                container.record().ephemeral());
        return new RootFileSystem(Optional.empty(), Optional.of(overlay), open(overlay));
    }

    private interface Owner {
        void set(Path like, Path directory) throws IOException;
    }

    /** Once in a container's life. The root directory's owner and mode are those of its uppermost layer. */
    private static void makeUpper(Path data, Path lower, Owner owner) throws IOException {
        Path upper = data.resolve("upper");
        if (Files.isDirectory(upper, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.createDirectories(data.resolve("work"));
        // Whole or not at all, whoever is killed in between.
        Path made = Files.createDirectories(data.resolve("upper.new"));
        owner.set(lower, made);
        Files.setAttribute(made, "unix:mode", Files.getAttribute(lower, "unix:mode"));
        Files.move(made, upper);
    }

    private static List<Fd> open(OverlayRoot overlay) throws IOException {
        List<String> paths = new ArrayList<>(List.of(overlay.upper()));
        paths.addAll(overlay.lowers());
        List<Fd> layers = new ArrayList<>();
        boolean all = false;
        try {
            for (String path : paths) {
                layers.add(Open.absolute(path, Open.How.directory()));
            }
            all = true;
            return List.copyOf(layers);
        } finally {
            if (!all) {
                layers.forEach(Fd::close);
            }
        }
    }

    @Override
    public void close() {
        layers.forEach(Fd::close);
    }
}

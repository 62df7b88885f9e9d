package dev.estiba.engine.container;

import dev.estiba.engine.container.Context.Locked;
import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
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
 * anything mounted. Root mounts it here, as a descriptor that is in nobody's mount table; for an ordinary user the container
 * does it, in its user namespace.
 *
 * @param mount the detached mount; this object's
 * @param overlay what the container mounts otherwise
 * @param layers where its users are looked up, the uppermost first; this object's
 */
record RootFileSystem(Optional<Fd> mount, Optional<OverlayRoot> overlay, List<Fd> layers) implements AutoCloseable {
    static RootFileSystem of(Locked container, boolean rootless) throws IOException {
        Path data = container.home().dataPath();
        List<String> lowers = container.record().lowers();
        Path upper = data.resolve("upper");
        if (!Files.isDirectory(upper, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(data.resolve("work"));
            Files.createDirectory(upper);
            likeThe(Path.of(lowers.getFirst()), upper, rootless);
        }
        String work = data.resolve("work").toString();
        boolean unsynced = container.record().ephemeral();
        if (!rootless) {
            Fd mount = DetachedMount.overlay(lowers, upper.toString(), work, unsynced);
            return new RootFileSystem(Optional.of(mount), Optional.empty(), List.of(mount));
        }
        OverlayRoot overlay = new OverlayRoot(lowers, upper.toString(), work, unsynced);
        return new RootFileSystem(Optional.empty(), Optional.of(overlay), open(overlay));
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

    /** The root directory's owner and mode are those of its uppermost layer; an ordinary user can give nothing away. */
    private static void likeThe(Path lower, Path upper, boolean rootless) throws IOException {
        if (!rootless) {
            Files.setAttribute(upper, "unix:uid", Files.getAttribute(lower, "unix:uid"));
            Files.setAttribute(upper, "unix:gid", Files.getAttribute(lower, "unix:gid"));
        }
        Files.setAttribute(upper, "unix:mode", Files.getAttribute(lower, "unix:mode"));
    }

    @Override
    public void close() {
        layers.forEach(Fd::close);
    }
}

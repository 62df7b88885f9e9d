package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.content.inspect.MergedCopy;
import dev.estiba.content.inspect.Owners;
import dev.estiba.engine.spec.AnonymousVolume;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.store.Home;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Anonymous volumes as a container finds them at its first start: with what its root file system has in their places. A path is
 * looked up beneath the container's root, where its links lead, so that nothing of the host comes in (CVE-2022-23648).
 */
final class VolumeContents {
    private static final Open.How IN_ROOT = Open.How.directory().resolving(Open.IN_ROOT | Open.NO_MAGICLINKS);

    private VolumeContents() {}

    /**
     * @param root the container's root directory, as nothing is mounted in it yet
     * @param ids what its users are on the host, where they are others
     * @throws ApiException 400 where something that is no directory is in the way
     */
    static void ensure(Home home, List<AnonymousVolume> volumes, Fd root, Optional<ContainerIds> ids)
            throws IOException {
        for (AnonymousVolume volume : volumes) {
            if (!Files.isDirectory(volume.directory(home.dataPath()))) {
                Files.createDirectories(home.dataPath().resolve(AnonymousVolume.ALL));
                try (Fd all = Open.at(home.data(), AnonymousVolume.ALL, Open.How.directory())) {
                    make(all, volume, root, ids);
                }
            }
        }
    }

    private static void make(Fd all, AnonymousVolume volume, Fd root, Optional<ContainerIds> ids) throws IOException {
        String name = volume.name() + ".new";
        RemoveTree.remove(all, name);
        Directory.make(all, name, 0755);
        boolean whole = false;
        try (Fd target = Open.at(all, name, Open.How.directory());
                CallMemory memory = new CallMemory()) {
            Optional<Fd> content = content(volume, root);
            if (content.isPresent()) {
                // What it has there has the ids of the host already.
                try (Fd from = content.get()) {
                    MergedCopy.make(List.of(Path.of(from.procPath())), target, Owners.SAME);
                }
            } else {
                Owners owners = ids.map(ContainerIds::onDisk).orElse(Owners.SAME);
                Attributes.own(
                        memory,
                        target,
                        owners.uid().applyAsLong(0),
                        owners.gid().applyAsLong(0));
                Attributes.permit(memory, target, 0755);
            }
            Names.rename(all, name, all, volume.name());
            whole = true;
        } finally {
            if (!whole) {
                RemoveTree.remove(all, name);
            }
        }
    }

    /** Empty when there is nothing in its place. */
    private static Optional<Fd> content(AnonymousVolume volume, Fd root) throws IOException {
        try {
            return Optional.of(Open.at(root, volume.target(), IN_ROOT));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP) || e.is(Errno.ENAMETOOLONG)) {
                throw ApiException.badRequest(
                        "cannot mount a volume over " + volume.target() + ", which is no directory in the image ("
                                + e.error().map(Enum::name).orElse("") + ")");
            }
            throw e;
        }
    }
}

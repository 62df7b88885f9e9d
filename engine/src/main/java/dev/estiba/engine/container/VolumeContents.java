package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.content.inspect.MergedCopy;
import dev.estiba.content.inspect.Owners;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.VolumeMount;
import dev.estiba.engine.volume.Places;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Empty volumes as a container finds them at its first start: with what its root file system has in their places. A path is
 * looked up beneath the container's root, where its links lead, so that nothing of the host comes in (CVE-2022-23648).
 */
final class VolumeContents {
    private static final Open.How IN_ROOT = Open.How.directory().resolving(Open.IN_ROOT | Open.NO_MAGICLINKS);
    private static final String COPY = "_copy";

    private VolumeContents() {}

    /**
     * @param root the container's root directory, as nothing is mounted in it yet
     * @param ids what its users are on the host, where they are others
     * @param isShared whether another container that runs has the volume now
     * @throws ApiException 400 where something that is no directory is in the way
     */
    static void fill(
            Places places,
            Places.Place place,
            VolumeMount volume,
            Fd root,
            Optional<ContainerIds> ids,
            BooleanSupplier isShared)
            throws IOException {
        try (Fd files = Open.absolute(place.directory().toString(), Open.How.directory())) {
            if (!isEmpty(files)) {
                return;
            }
            Optional<Fd> content = content(volume, root);
            if (content.isEmpty()) {
                give(files, ids);
                return;
            }
            // What it has there has the ids of the host already.
            try (Fd from = content.get()) {
                if (place.isOwn()) {
                    fill(places, volume.name(), from, isShared);
                } else {
                    copy(from, files);
                }
            }
        }
    }

    /** Whole or not at all, whoever is killed; unless somebody else sees it being done, whom another directory would leave alone. */
    private static void fill(Places places, String name, Fd from, BooleanSupplier isShared) throws IOException {
        try (Fd volume = places.open(name)) {
            Flock.lock(volume, Flock.Kind.EXCLUSIVE);
            try (Fd files = Open.at(volume, places.data(), Open.How.directory())) {
                if (!isEmpty(files)) {
                    return; // somebody else has just done it
                }
                if (isShared.getAsBoolean()) {
                    copy(from, files);
                    return;
                }
            }
            RemoveTree.remove(volume, COPY);
            Directory.make(volume, COPY, 0700);
            boolean whole = false;
            try (Fd copy = Open.at(volume, COPY, Open.How.directory())) {
                copy(from, copy);
                Names.rename(volume, COPY, volume, places.data());
                whole = true;
            } finally {
                if (!whole) {
                    RemoveTree.remove(volume, COPY);
                }
            }
        }
    }

    private static void copy(Fd from, Fd to) throws IOException {
        MergedCopy.make(List.of(Path.of(from.procPath())), to, Owners.SAME);
    }

    private static boolean isEmpty(Fd directory) throws IOException {
        try {
            return Directory.list(directory, 0).isEmpty();
        } catch (ErrnoException e) {
            if (e.is(Errno.E2BIG)) {
                return false;
            }
            throw e;
        }
    }

    /** A new one belongs to the container's root. */
    private static void give(Fd files, Optional<ContainerIds> ids) throws IOException {
        if (ids.isEmpty()) {
            return;
        }
        try (CallMemory memory = new CallMemory()) {
            Attributes.Stat now = Attributes.of(memory, files);
            if (now.uid() == 0 && now.gid() == 0) {
                Owners owners = ids.get().onDisk();
                Attributes.own(
                        memory, files, owners.uid().applyAsLong(0), owners.gid().applyAsLong(0));
            }
        }
    }

    /** Empty when there is nothing in its place. */
    private static Optional<Fd> content(VolumeMount volume, Fd root) throws IOException {
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

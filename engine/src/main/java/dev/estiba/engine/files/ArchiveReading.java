package dev.estiba.engine.files;

import dev.estiba.api.ArchiveSink;
import dev.estiba.api.PathStat;
import dev.estiba.content.inspect.Owners;
import dev.estiba.content.pack.TreePacker;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import java.io.BufferedOutputStream;
import java.io.IOException;

/** What a path of a container stands for, and what is there as an archive. */
public final class ArchiveReading {
    private static final int BUFFER = 256 << 10;

    private ArchiveReading() {}

    /**
     * @param root the container's root directory, with what is mounted in it; stays the caller's
     * @param container what the client calls it
     * @throws dev.estiba.api.ApiException 404 when nothing is there
     */
    public static PathStat stat(Fd root, ContainerPath path, String container) throws IOException {
        try (CallMemory memory = new CallMemory();
                Place place = Place.of(memory, root, path, container)) {
            return PathStats.of(memory, root, path, place);
        }
    }

    /**
     * Packs it. What the container changes meanwhile is in the archive or not.
     *
     * @param owners from the ids that it has here to the container's
     */
    public static void pack(Fd root, ContainerPath path, String container, Owners owners, ArchiveSink to)
            throws IOException {
        try (CallMemory memory = new CallMemory();
                Place place = Place.of(memory, root, path, container)) {
            PathStat stat = PathStats.of(memory, root, path, place);
            if (!place.stat().isDirectory()) {
                TarWriter archive = new TarWriter(new BufferedOutputStream(to.open(stat), BUFFER));
                try (TreePacker packer = new TreePacker(archive, owners::of)) {
                    packer.file(place.directory(), place.name(), TarBytes.of(place.name()));
                }
                archive.close(); // not when it has failed: an end would make it whole
                return;
            }
            try (Fd directory = opened(place, memory, path, container)) {
                TarWriter archive = new TarWriter(new BufferedOutputStream(to.open(stat), BUFFER));
                try (TreePacker packer = new TreePacker(archive, owners::of)) {
                    String base = path.base();
                    packer.directory(directory, TarBytes.of(base.equals("/") ? "" : base));
                }
                archive.close();
            }
        }
    }

    private static Fd opened(Place place, CallMemory memory, ContainerPath path, String container) throws IOException {
        try {
            return place.open(memory);
        } catch (ErrnoException e) {
            throw Place.explained(e, "open", path, container);
        }
    }
}

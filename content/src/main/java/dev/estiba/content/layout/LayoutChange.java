package dev.estiba.content.layout;

import dev.estiba.content.layout.StagedBlobs.Staged;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * One change of a layout, whose lock its maker holds: blobs get their names, then the index names them. Everything is on the disk
 * before the next thing counts on it. Closed before the index is there, it takes back what it has done.
 */
final class LayoutChange implements AutoCloseable {
    private static final Open.How INSIDE =
            Open.How.directory().resolving(Open.BENEATH | Open.NO_SYMLINKS | Open.NO_MAGICLINKS);
    private static final String NEW = ".new";

    /** What undoes a step. */
    @FunctionalInterface
    private interface Undo {
        void run() throws IOException;
    }

    private final Fd layout;
    private final Deque<Undo> undo = new ArrayDeque<>();
    private final Deque<Fd> open = new ArrayDeque<>();

    /** @param layout its directory, the caller's */
    LayoutChange(Fd layout) {
        this.layout = layout;
    }

    /** Gives blobs their names. */
    void name(Map<Digest, Staged> blobs, StagedBlobs stage) throws IOException {
        Fd all = directory(layout, LayoutPaths.BLOBS);
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            Map<Digest, Staged> some = new TreeMap<>(Comparator.comparing(Digest::encoded));
            blobs.forEach((digest, staged) -> {
                if (digest.algorithm() == algorithm) {
                    some.put(digest, staged);
                }
            });
            if (!some.isEmpty()) {
                Fd directory = directory(all, algorithm.word());
                name(some, stage, directory);
                Names.sync(directory);
            }
        }
        Names.sync(all);
    }

    private void name(Map<Digest, Staged> blobs, StagedBlobs stage, Fd directory) throws IOException {
        for (Map.Entry<Digest, Staged> blob : blobs.entrySet()) {
            String name = blob.getKey().encoded();
            // What is there and rotten is replaced; whole or not, it was there before and stays.
            boolean wasThere = isThere(directory, name);
            stage.move(blob.getValue(), directory, name);
            if (!wasThere) {
                undo.push(() -> Names.remove(directory, name));
            }
        }
    }

    private static boolean isThere(Fd directory, String name) throws IOException {
        try {
            Open.at(directory, name, new Open.How(Open.PATH | Open.noFollowFlag(), 0, 0))
                    .close();
            return true;
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private Fd directory(Fd parent, String name) throws IOException {
        if (Directory.make(parent, name, 0755)) {
            undo.push(() -> Names.removeDirectory(parent, name));
        }
        Fd directory = Open.at(parent, name, INSIDE);
        open.push(directory);
        return directory;
    }

    /** Makes the directory a layout when it is none. */
    void mark() throws IOException {
        if (!isThere(layout, LayoutPaths.MARKER)) {
            undo.push(() -> Names.remove(layout, LayoutPaths.MARKER));
            write(LayoutPaths.MARKER, LayoutIndex.marker());
        }
    }

    /** The last step: from here on the change is there. */
    void index(byte[] index) throws IOException {
        write(LayoutPaths.INDEX, index);
        undo.clear();
    }

    /** Others may read a layout, unlike what is written by AtomicFile. */
    private void write(String name, byte[] bytes) throws IOException {
        String temporary = name + NEW;
        Names.remove(layout, temporary); // of somebody who was killed
        boolean there = false;
        try {
            try (Fd file = Open.at(layout, temporary, Open.How.creating(0644))) {
                FileBytes.writeAll(file, bytes);
                Names.sync(file);
            }
            Names.rename(layout, temporary, layout, name);
            there = true;
        } finally {
            if (!there) {
                Names.remove(layout, temporary);
            }
        }
        Names.sync(layout);
    }

    @Override
    public void close() throws IOException {
        try {
            while (!undo.isEmpty()) {
                undo.pop().run();
            }
        } finally {
            open.forEach(Fd::close);
        }
    }
}

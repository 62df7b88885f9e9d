package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FdChannel;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Unpacked layers, the lowest first. What is in them was hostile once: paths are opened beneath a layer's root, and no link of them
 * is followed. Used and closed by the thread that has opened it.
 */
final class LayerStack implements AutoCloseable {
    private static final Open.How INTO =
            Open.How.directory().resolving(Open.BENEATH | Open.NO_SYMLINKS).with(Open.noFollowFlag());
    private static final Open.How FILE =
            Open.How.reading().resolving(Open.BENEATH | Open.NO_SYMLINKS).with(Open.noFollowFlag());
    private static final byte[] SELF = {'.'};

    private final CallMemory memory = new CallMemory();
    private final List<Path> trees;
    private final List<Fd> roots = new ArrayList<>();

    private LayerStack(List<Path> trees) {
        this.trees = List.copyOf(trees);
    }

    static LayerStack open(List<Path> trees) throws IOException {
        LayerStack stack = new LayerStack(trees);
        boolean opened = false;
        try {
            for (Path tree : trees) {
                stack.roots.add(Open.absolute(tree.toString(), Open.How.directory()));
            }
            opened = true;
            return stack;
        } finally {
            if (!opened) {
                stack.close();
            }
        }
    }

    int size() {
        return roots.size();
    }

    Path tree(int layer) {
        return trees.get(layer);
    }

    /** The caller's to close. */
    Folder folder(int layer, TarBytes path) throws IOException {
        return Folder.of(memory, layer, open(layer, path, INTO));
    }

    private Fd open(int layer, TarBytes path, Open.How how) throws IOException {
        return Nodes.open(memory, roots.get(layer), path.isEmpty() ? SELF : path.toArray(), how);
    }

    /** A regular file, open for reading; the caller's to close. */
    Fd file(Folder folder, byte[] name) throws IOException {
        return Nodes.open(memory, folder.directory(), name, FILE);
    }

    private InputStream content(int layer, TarBytes path) throws IOException {
        return Channels.newInputStream(new FdChannel(open(layer, path, FILE)));
    }

    /** Of a regular file's content. */
    Digest digest(int layer, TarBytes path) throws IOException {
        MessageDigest hash = Digest.Algorithm.SHA256.hash();
        byte[] buffer = new byte[64 << 10];
        try (InputStream in = content(layer, path)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.of(Digest.Algorithm.SHA256, hash);
    }

    /** Where a symbolic link leads. */
    TarBytes target(Folder folder, byte[] name) throws IOException {
        return TarBytes.of(Nodes.readLink(memory, folder.directory(), name).orElse(new byte[0]));
    }

    /** The beginning of a regular file. */
    byte[] read(int layer, TarBytes path, int most) throws IOException {
        try (InputStream in = content(layer, path)) {
            return in.readNBytes(most);
        }
    }

    @Override
    public void close() {
        roots.forEach(Fd::close);
        memory.close();
    }
}

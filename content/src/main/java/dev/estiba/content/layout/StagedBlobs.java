package dev.estiba.content.layout;

import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.content.transport.VerifiedInput;
import dev.estiba.linux.Directory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.oci.image.Descriptor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Blobs that have come and have no name yet, in a directory of their own that goes when this is closed. Each is verified, and on
 * the disk, when it is told. Safe for several threads.
 */
public final class StagedBlobs implements AutoCloseable {
    private static final int BUFFER = 256 << 10;

    private final Fd parent;
    private final String name;
    private final Fd directory;
    private final AtomicLong count = new AtomicLong();

    private StagedBlobs(Fd parent, String name, Fd directory) {
        this.parent = parent;
        this.name = name;
        this.directory = directory;
    }

    /** @param parent which is the caller's, and open as long as this */
    public static StagedBlobs in(Fd parent) throws IOException {
        String name = ".staged-" + UUID.randomUUID();
        if (!Directory.make(parent, name, 0700)) {
            throw new IOException(name + " in " + parent.label() + " is there already");
        }
        return new StagedBlobs(parent, name, Open.at(parent, name, Open.How.directory()));
    }

    /**
     * A blob that has come.
     *
     * @param file its name among these
     */
    public record Staged(String file, long size) {}

    /** @throws ContentMismatch when the bytes are not the descriptor's; nothing is kept of them then */
    public Staged add(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
        try (VerifiedInput in = new VerifiedInput(bytes.open(0), descriptor)) {
            return add(in, count -> listener.at(descriptor, new Step.Moved(count)));
        }
    }

    /** Hears how many bytes there are by now. */
    @FunctionalInterface
    public interface Progress {
        void at(long bytes);
    }

    /** What a stream has until its end; whoever gives it knows what it is. */
    public Staged add(InputStream bytes, Progress progress) throws IOException {
        String file = Long.toString(count.getAndIncrement());
        boolean isWhole = false;
        try (Fd fd = Open.at(directory, file, Open.How.creating(0644));
                FileChannel out = FileChannel.open(Path.of(fd.procPath()), StandardOpenOption.WRITE)) {
            long size = copy(bytes, out, progress);
            out.force(true);
            isWhole = true;
            return new Staged(file, size);
        } finally {
            if (!isWhole) {
                Names.remove(directory, file);
            }
        }
    }

    /** Who writes a blob. */
    @FunctionalInterface
    public interface Filling {
        /** @param to which need not be closed */
        void into(OutputStream to) throws IOException;
    }

    /** What is written; whoever writes it knows what it is. */
    public Staged add(Filling content) throws IOException {
        String file = Long.toString(count.getAndIncrement());
        boolean isWhole = false;
        try (Fd fd = Open.at(directory, file, Open.How.creating(0644));
                FileChannel out = FileChannel.open(Path.of(fd.procPath()), StandardOpenOption.WRITE)) {
            OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(out), BUFFER);
            content.into(buffered);
            buffered.flush();
            out.force(true);
            isWhole = true;
            return new Staged(file, out.size());
        } finally {
            if (!isWhole) {
                Names.remove(directory, file);
            }
        }
    }

    private static long copy(InputStream from, FileChannel to, Progress progress) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
            while (bytes.hasRemaining()) {
                to.write(bytes);
            }
            size += read;
            progress.at(size);
        }
        return size;
    }

    public InputStream open(Staged staged) throws IOException {
        try (Fd fd = Open.at(directory, staged.file(), Open.How.reading())) {
            return Channels.newInputStream(FileChannel.open(Path.of(fd.procPath()), StandardOpenOption.READ));
        }
    }

    /** Moves one out to where it belongs; what had that name is replaced. */
    void move(Staged staged, Fd to, String name) throws IOException {
        Names.rename(directory, staged.file(), to, name);
    }

    @Override
    public void close() throws IOException {
        if (directory.isOpen()) {
            directory.close();
            RemoveTree.remove(parent, name);
        }
    }
}

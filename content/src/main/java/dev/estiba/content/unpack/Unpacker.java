package dev.estiba.content.unpack;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarReader;
import dev.estiba.linux.Fd;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.Room;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks layers into directories, by two threads each: the caller's decompresses and hashes, and one in a {@link Room} writes.
 * Safe for all threads; layers are unpacked side by side.
 */
public final class Unpacker {
    private final Rights rights;
    private final UnpackLimits limits;

    public Unpacker(Rights rights, UnpackLimits limits) {
        this.rights = rights;
        this.limits = limits;
    }

    /** With the rights that this process has, and the usual limits. */
    public static Unpacker ofThisProcess() throws IOException {
        return new Unpacker(ProcessFacts.self().uid() == 0 ? Rights.ROOT : Rights.USER, UnpackLimits.DEFAULT);
    }

    /** What the room's thread has done. */
    private record Built(
            long entries,
            long fileBytes,
            boolean hidesAll,
            List<TarBytes> implied,
            List<String> omitted,
            Room.Walls walls) {}

    /**
     * Unpacks a layer. All of the stream is read, also behind the archive's end, since its digest is of all.
     *
     * @param packed stays the caller's
     * @param compression of the stream: {@link Compression#of}
     * @param target an empty directory, which only this writes; stays the caller's. When this fails it holds some of the layer, and the
     *     caller removes it
     * @param progress hears how many packed bytes have been read
     * @throws UnpackException when the layer cannot be unpacked
     * @throws dev.estiba.content.tar.MalformedArchive when its archive is none
     * @throws dev.estiba.content.compression.CorruptStream when its bytes are none of that compression
     * @throws InterruptedIOException when this thread is interrupted
     */
    public Unpacked unpack(InputStream packed, Compression compression, Fd target, LongConsumer progress)
            throws IOException {
        TreeBuilder.Owner owner =
                new TreeBuilder.Owner(rights, ProcessFacts.self().gid());
        Room.load(TarReader.class);
        Exchange exchange = new Exchange();
        Room<Built> room = Room.start("unpack", target, inside -> build(inside, exchange, owner), exchange::refuse);
        PackedInput input = new PackedInput(packed, progress);
        ArchiveHash archive = new ArchiveHash(limits, input);
        Throwable failure = pump(compression, input, exchange, archive);
        Built built;
        try {
            built = room.await();
        } catch (IOException | RuntimeException | Error e) {
            throw thrown(failure == null ? e : failure);
        }
        if (failure != null) {
            throw thrown(failure);
        }
        return new Unpacked(
                archive.digest(),
                input.count(),
                archive.size(),
                built.entries(),
                built.fileBytes(),
                built.hidesAll(),
                built.implied(),
                built.omitted(),
                built.walls());
    }

    static IOException thrown(Throwable failure) {
        return switch (failure) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        };
    }

    /** Fills the exchange. What goes wrong is told to the other side, and given back: null when nothing did. */
    static @Nullable Throwable pump(
            Compression compression, InputStream input, Exchange exchange, ArchiveHash archive) {
        try {
            InputStream plain = compression.unpack(input);
            try (plain) {
                Optional<byte[]> buffer = exchange.take();
                while (buffer.isPresent()) {
                    int count = plain.readNBytes(buffer.get(), 0, buffer.get().length);
                    if (count == 0) {
                        break;
                    }
                    archive.add(buffer.get(), count);
                    exchange.put(buffer.get(), count);
                    buffer = exchange.take();
                }
            }
            exchange.end();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException told = new InterruptedIOException("unpacking was interrupted");
            told.initCause(e);
            exchange.fail(told);
            return told;
        } catch (IOException e) {
            exchange.fail(e);
            return e;
        } catch (RuntimeException | Error e) {
            exchange.fail(new IOException("decompressing has failed", e));
            return e;
        }
    }

    /** In the room. */
    private Built build(Room.Inside inside, Exchange exchange, TreeBuilder.Owner owner) throws IOException {
        try (TreeBuilder tree = new TreeBuilder(owner, inside.layer())) {
            InputStream in = exchange.input();
            TarReader reader = new TarReader(in);
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                if (tree.entries() == limits.entries()) {
                    throw new UnpackException("the layer has more than " + limits.entries() + " entries");
                }
                tree.add(entry.get(), reader.content());
            }
            // What is behind the archive's end is hashed, and nothing else.
            while (in.skip(Exchange.BUFFER) > 0) {
                continue;
            }
            tree.finish();
            return new Built(
                    tree.entries(), tree.fileBytes(), tree.hidesAll(), tree.implied(), tree.omitted(), inside.walls());
        }
    }
}

package dev.estiba.content.store;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import dev.estiba.linux.Sync;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A blob that comes in pieces and says its digest last. What has come is in a file, so that it can be gone on with after a restart;
 * nobody else, in no process, has it while this is open. Used by one thread at a time.
 */
public final class BlobUpload implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final int CHUNK = 128 << 10;
    private static final int WRITTEN_AT_ONCE = 8 << 20;

    private final String id;
    private final Path file;
    private final StoreDirectory store;
    private final Fd lock;
    private final FileChannel channel;
    private long size;
    private long begun;
    private Progress hashed = new Progress(0, Digest.Algorithm.SHA256.hash());

    /**
     * How far a blob's hash has come, for who goes on with it later.
     *
     * @param size of how many bytes
     * @param hash of these; it belongs to whoever was given it last
     */
    public record Progress(long size, MessageDigest hash) {}

    private BlobUpload(String id, Path file, StoreDirectory store, Fd lock, FileChannel channel) throws IOException {
        this.id = id;
        this.file = file;
        this.store = store;
        this.lock = lock;
        this.channel = channel;
        this.size = channel.size();
        this.begun = size;
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    static BlobUpload begin(Path directory, StoreDirectory store) throws IOException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        Path file = directory.resolve(id);
        return open(file, id, store, Open.How.creating(0600))
                .orElseThrow(() -> new IOException("the new upload " + id + " is locked by somebody else"));
    }

    static Optional<BlobUpload> open(Path directory, String id, StoreDirectory store) throws IOException {
        if (!isId(id)) {
            return Optional.empty();
        }
        try {
            long flags = Open.READ_WRITE | Open.noFollowFlag();
            return open(directory.resolve(id), id, store, new Open.How(flags, 0, 0));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<BlobUpload> open(Path file, String id, StoreDirectory store, Open.How how)
            throws IOException {
        Fd lock = Open.absolute(file.toString(), how);
        boolean open = false;
        try {
            if (!Flock.tryLock(lock, Flock.Kind.EXCLUSIVE) || !Flock.isNamed(lock, file)) {
                return Optional.empty();
            }
            FileChannel channel =
                    FileChannel.open(Path.of(lock.procPath()), StandardOpenOption.READ, StandardOpenOption.WRITE);
            open = true;
            return Optional.of(new BlobUpload(id, file, store, lock, channel));
        } finally {
            if (!open) {
                lock.close();
            }
        }
    }

    /** 32 hexadecimal digits that nobody can guess. */
    public String id() {
        return id;
    }

    /** How many bytes have come. */
    public long size() {
        return size;
    }

    /** Saves reading again what has come; what does not fit is passed over. */
    public void resume(Progress progress) {
        if (progress.size() <= size) {
            hashed = progress;
        }
    }

    public Progress progress() {
        return hashed;
    }

    public void write(ByteBuffer bytes) throws IOException {
        ByteBuffer again = bytes.duplicate();
        boolean isHashed = hashed.size() == size;
        while (bytes.hasRemaining()) {
            size += channel.write(bytes, size);
        }
        if (size - begun >= WRITTEN_AT_ONCE) {
            Sync.begin(lock, begun, size - begun); // there is less to wait for at its end
            begun = size;
        }
        if (isHashed) {
            hashed.hash().update(again);
            hashed = new Progress(size, hashed.hash());
        }
    }

    /**
     * All has come: it is a blob of the store now.
     *
     * @param lease its caller's, until something names the blob
     * @throws ContentMismatch when it is not what the digest names; the upload stays as it is
     */
    public void finish(Digest digest, Lease lease) throws IOException {
        Digest found = Digest.of(digest.algorithm(), hash(digest.algorithm()));
        if (!found.equals(digest)) {
            throw ContentMismatch.digest(digest, found);
        }
        lease.protect(digest);
        if (new Blobs(store).has(digest)) {
            Files.deleteIfExists(file);
            return;
        }
        channel.force(true); // so that no blob of the store is without its bytes after a power cut
        file.toFile().setReadOnly();
        Files.move(file, store.blob(digest), StandardCopyOption.ATOMIC_MOVE);
        StoreDirectory.syncDirectory(store.blobs(digest.algorithm()));
    }

    /** Of all that has come; what a restart has forgotten is read again. */
    private MessageDigest hash(Digest.Algorithm algorithm) throws IOException {
        boolean isKnown = algorithm == Digest.Algorithm.SHA256;
        MessageDigest hash = isKnown ? hashed.hash() : algorithm.hash();
        long at = isKnown ? hashed.size() : 0;
        hashed = new Progress(0, Digest.Algorithm.SHA256.hash()); // a digest can be asked for once
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        while (at < size) {
            buffer.clear();
            int n = channel.read(buffer, at);
            if (n <= 0) {
                throw new IOException("the upload " + id + " has lost bytes: " + at + " of " + size + " are there");
            }
            hash.update(buffer.flip());
            at += n;
        }
        return hash;
    }

    /** What has come goes. */
    public void cancel() throws IOException {
        Files.deleteIfExists(file);
    }

    /** What has come stays, for the next one. */
    @Override
    public void close() throws IOException {
        try (lock) {
            if (channel.isOpen()) {
                channel.close();
                Flock.unlock(lock); // whoever goes on with it comes as soon as this one is answered, and does not wait
            }
        }
    }
}

package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;

/**
 * A blob's bytes from its beginning, compared with its descriptor: the end is told only when size and digest are right, and no
 * byte beyond the size is handed out. Who has read to the end has the blob. Used by one thread.
 */
public final class VerifiedInput extends InputStream {
    private final InputStream in;
    private final Descriptor descriptor;
    private final MessageDigest hash;
    private long count;
    private boolean isVerified;
    private Optional<Digest> found = Optional.empty();

    /** @param in which closing this closes */
    public VerifiedInput(InputStream in, Descriptor descriptor) {
        this.in = in;
        this.descriptor = descriptor;
        this.hash = descriptor.digest().algorithm().hash();
    }

    /** How many bytes have been read. */
    public long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws ContentMismatch instead of the end, when the bytes are not the blob's */
    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        Objects.checkFromIndexSize(at, length, into.length);
        if (length == 0) {
            return 0;
        }
        long left = descriptor.size() - count;
        if (left == 0) {
            verify();
            return -1;
        }
        int read = in.read(into, at, (int) Math.min(length, left));
        if (read < 0) {
            throw ContentMismatch.size(descriptor.digest(), descriptor.size(), count);
        }
        hash.update(into, at, read);
        count += read;
        return read;
    }

    private void verify() throws IOException {
        if (isVerified) {
            return;
        }
        if (in.read() >= 0) {
            throw ContentMismatch.longer(descriptor.digest(), descriptor.size());
        }
        Digest found = this.found.orElseGet(() -> Digest.of(descriptor.digest().algorithm(), hash));
        this.found = Optional.of(found);
        if (!found.equals(descriptor.digest())) {
            throw ContentMismatch.digest(descriptor.digest(), found);
        }
        isVerified = true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

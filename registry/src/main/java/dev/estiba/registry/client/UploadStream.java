package dev.estiba.registry.client;

import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What is sent of a blob. Its last bytes come only when the whole has the digest, or not at all: so a registry never gets
 * something complete that is wrong. Of a part that begins later no digest is known here, and the registry finds it out.
 */
final class UploadStream extends InputStream {
    private final Descriptor descriptor;
    private final InputStream in;
    private final TransferListener listener;
    private final AtomicReference<@Nullable IOException> problem;
    private final @Nullable MessageDigest hash;
    private long position;

    /** @param problem where a failure of the source is put, since the client that reads this tells it in its own words */
    UploadStream(
            Descriptor descriptor,
            BlobSource source,
            long offset,
            TransferListener listener,
            AtomicReference<@Nullable IOException> problem)
            throws IOException {
        this.descriptor = descriptor;
        this.listener = listener;
        this.problem = problem;
        this.position = offset;
        this.hash = offset == 0 ? descriptor.digest().algorithm().hash() : null;
        try {
            this.in = source.open(offset);
        } catch (IOException e) {
            problem.set(e);
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        try {
            return length == 0 ? 0 : next(to, offset, length);
        } catch (IOException e) {
            problem.set(e);
            throw e;
        }
    }

    private int next(byte[] to, int offset, int length) throws IOException {
        long left = descriptor.size() - position;
        if (left == 0) {
            return -1;
        }
        int count = in.read(to, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw ContentMismatch.size(descriptor.digest(), descriptor.size(), position);
        }
        position += count;
        if (hash != null) {
            hash.update(to, offset, count);
        }
        if (position == descriptor.size()) {
            checkEnd();
        }
        listener.at(descriptor, new TransferListener.Step.Moved(position));
        return count;
    }

    private void checkEnd() throws IOException {
        if (in.read() >= 0) {
            throw ContentMismatch.longer(descriptor.digest(), descriptor.size());
        }
        if (hash != null) {
            Digest found = Digest.of(descriptor.digest().algorithm(), hash);
            if (!found.equals(descriptor.digest())) {
                throw ContentMismatch.digest(descriptor.digest(), found);
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package dev.estiba.content.transport;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.security.MessageDigest;

/**
 * A manifest or an index, or an artifact's configuration: its very bytes, which its digest names.
 *
 * @param descriptor whose digest and size are those of the bytes
 */
public record Document(Descriptor descriptor, byte[] bytes) {
    public Document {
        bytes = bytes.clone();
    }

    /**
     * Bytes that somebody else has sent.
     *
     * @throws ContentMismatch when they are not what the descriptor names
     */
    public static Document verified(Descriptor descriptor, byte[] bytes) throws ContentMismatch {
        if (bytes.length != descriptor.size()) {
            throw ContentMismatch.size(descriptor.digest(), descriptor.size(), bytes.length);
        }
        MessageDigest hash = descriptor.digest().algorithm().hash();
        hash.update(bytes);
        Digest found = Digest.of(descriptor.digest().algorithm(), hash);
        if (!found.equals(descriptor.digest())) {
            throw ContentMismatch.digest(descriptor.digest(), found);
        }
        return new Document(descriptor, bytes);
    }

    /** Bytes of our own. */
    public static Document of(String mediaType, byte[] bytes) {
        return new Document(Descriptor.of(mediaType, Digest.of(bytes), bytes.length), bytes);
    }

    /** A copy that belongs to the caller. */
    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Document that && descriptor.equals(that.descriptor);
    }

    @Override
    public int hashCode() {
        return descriptor.hashCode();
    }

    @Override
    public String toString() {
        return descriptor.mediaType() + " " + descriptor.digest();
    }
}

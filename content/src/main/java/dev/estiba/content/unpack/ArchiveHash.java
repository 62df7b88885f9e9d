package dev.estiba.content.unpack;

import dev.estiba.oci.image.Digest;
import java.security.MessageDigest;

/** The unpacked archive on its way: hashed, and held against the limits. */
final class ArchiveHash {
    private final UnpackLimits limits;
    private final PackedInput input;
    private final MessageDigest hash = Digest.Algorithm.SHA256.hash();
    private final long began = System.nanoTime();
    private long size;

    ArchiveHash(UnpackLimits limits, PackedInput input) {
        this.limits = limits;
        this.input = input;
    }

    void add(byte[] bytes, int count) throws UnpackException {
        size += count;
        if (size > limits.size()) {
            throw new UnpackException("the layer has more than " + limits.size() + " bytes");
        }
        if (size > UnpackLimits.RATIO_FROM && size / limits.ratio() > input.count()) {
            throw new UnpackException("the layer makes more than " + limits.ratio() + " bytes of each that it has: "
                    + size + " of " + input.count());
        }
        if (System.nanoTime() - began > limits.time().toNanos()) {
            throw new UnpackException(
                    "the layer takes longer than " + limits.time().toSeconds() + " seconds");
        }
        hash.update(bytes, 0, count);
    }

    long size() {
        return size;
    }

    /** Of all that was added; once. */
    Digest digest() {
        return Digest.of(Digest.Algorithm.SHA256, hash);
    }
}

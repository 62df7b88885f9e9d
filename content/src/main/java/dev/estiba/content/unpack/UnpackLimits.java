package dev.estiba.content.unpack;

import java.time.Duration;

/**
 * What one layer may cost.
 *
 * @param size of the unpacked archive, in bytes
 * @param entries of the archive
 * @param ratio how many bytes of the archive may come of one packed byte, beyond {@link #RATIO_FROM}; deflate does not reach 1,032
 * @param time from its first byte to its last entry
 */
public record UnpackLimits(long size, long entries, int ratio, Duration time) {
    /** Up to so many bytes of the archive the ratio does not matter: a small layer may be all zeros. */
    public static final long RATIO_FROM = 64L << 20;

    public static final UnpackLimits DEFAULT = new UnpackLimits(64L << 30, 10_000_000, 1000, Duration.ofHours(1));

    public UnpackLimits {
        if (size < 0 || entries < 0 || ratio < 1 || !time.isPositive()) {
            throw new IllegalArgumentException("a limit is negative");
        }
    }
}

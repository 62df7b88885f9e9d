package dev.estiba.oci.runtime;

/**
 * Shift of a clock in a new time namespace: a value of {@code linux.timeOffsets}, time_namespaces(7).
 *
 * @param secs seconds, may be negative
 * @param nanosecs 0 to 2^32-1; below 10^9 to be accepted by the kernel
 */
public record TimeOffset(long secs, long nanosecs) {
    public TimeOffset {
        Ranges.uint32("nanosecs", nanosecs);
    }
}

package dev.estiba.runtime.plan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What each step of a walked plan answered, and when: the records that an executor leaves (native/README.md, trace files). */
public final class Trace {
    private static final int HEAD = 8;
    private static final int RECORD = 32;

    private final Map<Long, Walked> records;
    private final long first;

    private Trace(Map<Long, Walked> records, long first) {
        this.records = records;
        this.first = first;
    }

    /**
     * One step's walk.
     *
     * @param result as the operation answered: negative for an errno
     * @param start nanoseconds since the first step of all began
     * @param nanos how long it took
     */
    public record Walked(long result, long start, long nanos) {}

    /** @param bytes of a trace's memory, whole; what is not full is passed over */
    public static Trace of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int count = bytes.length < HEAD ? 0 : Math.min(in.getInt(0), (bytes.length - HEAD) / RECORD);
        long first = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            first = Math.min(first, in.getLong(HEAD + i * RECORD + 16));
        }
        Map<Long, Walked> records = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            int at = HEAD + i * RECORD;
            long start = in.getLong(at + 16);
            // A later record of the same step replaces an earlier one: an execve that failed is told twice.
            records.put(
                    key(in.getInt(at), in.getInt(at + 4)),
                    new Walked(in.getLong(at + 8), start - first, in.getLong(at + 24) - start));
        }
        return new Trace(records, first);
    }

    /** Empty when the step was not walked. */
    Optional<Walked> walked(Actor actor, int word) {
        return Optional.ofNullable(records.get(key(actor.ordinal(), word)));
    }

    /** How many steps were walked. */
    public int size() {
        return records.size();
    }

    /** From the first step's beginning to the last one's end, in nanoseconds. */
    public long nanos() {
        return records.values().stream()
                .mapToLong(each -> each.start() + each.nanos())
                .max()
                .orElse(0);
    }

    private static long key(int actor, int word) {
        return (long) actor << 32 | word & 0xffffffffL;
    }

    @Override
    public String toString() {
        return records.size() + " steps from " + first;
    }
}

package dev.estiba.runtime.plan;

import java.nio.ByteBuffer;

/**
 * The sum by which an executor finds that a plan was damaged: {@code plan_checksum} in {@code native/src/plan.c}. It is
 * linear in its (mixed) words, so that who changes a few words of a plan need not look at the others.
 */
public final class PlanChecksum {
    /** Where it stands in a plan, in bytes. */
    static final int AT = 56;

    private static final int LANES = 4;
    private static final long FACTOR = 0xff51afd7ed558ccdL;

    /** Another one, so that no two words weigh the same. */
    private static final long LAST = 0xc4ceb9fe1a85ec53L;

    private PlanChecksum() {}

    /**
     * The sum of a plan's bytes, its own field taken as 0.
     *
     * @param bytes little-endian, the plan from 0 on
     */
    static long of(ByteBuffer bytes, int length) {
        // Copied at once: C1 takes ten times as long to get them one by one from a buffer.
        long[] words = new long[length / Long.BYTES];
        bytes.slice(0, length).order(bytes.order()).asLongBuffer().get(words);
        words[AT / Long.BYTES] = 0;
        long[] lanes = new long[LANES];
        for (int i = 0; i < words.length; i++) {
            lanes[i % LANES] = lanes[i % LANES] * FACTOR + mixed(words[i]);
        }
        long sum = length;
        for (long lane : lanes) {
            sum = sum * LAST + lane;
        }
        return sum;
    }

    /** A word's high half counts twice: multiplication carries nothing down from it. */
    static long mixed(long word) {
        return word ^ word >>> Integer.SIZE;
    }

    /**
     * What a word's mixed value is multiplied with in the sum.
     *
     * @param word its number in the plan
     * @param words how many there are
     */
    static long weight(int word, int words) {
        int lane = word % LANES;
        int inLane = (words - lane + LANES - 1) / LANES;
        return power(FACTOR, inLane - 1 - word / LANES) * power(LAST, LANES - 1 - lane);
    }

    private static long power(long base, int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= base;
        }
        return power;
    }

    /**
     * Words of a plan that are going to change.
     *
     * @param numbers ascending
     * @param before their mixed values
     */
    public record Changing(int[] numbers, long[] weights, long[] before) {
        /**
         * @param plan little-endian
         * @param numbers ascending
         */
        public static Changing in(ByteBuffer plan, int[] numbers) {
            long[] weights = new long[numbers.length];
            long[] before = new long[numbers.length];
            for (int i = 0; i < numbers.length; i++) {
                weights[i] = weight(numbers[i], plan.capacity() / Long.BYTES);
                before[i] = mixed(plan.getLong(numbers[i] * Long.BYTES));
            }
            return new Changing(numbers.clone(), weights, before);
        }

        /**
         * Writes the sum of a plan in which nothing else has changed, and which still has its old one.
         *
         * @param plan little-endian
         * @param at where the plan begins in it
         */
        public void seal(ByteBuffer plan, int at) {
            long sum = plan.getLong(at + AT);
            for (int i = 0; i < numbers.length; i++) {
                sum += weights[i] * (mixed(plan.getLong(at + numbers[i] * Long.BYTES)) - before[i]);
            }
            plan.putLong(at + AT, sum);
        }
    }
}

package dev.estiba.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** That a plan is sealed again by the words that have changed; that the native side sums alike is PlanCheckAgreementTest's. */
class PlanChecksumTest {
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private ByteBuffer plan(int words) {
        ByteBuffer plan = ByteBuffer.allocate(words * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        random.nextBytes(plan.array());
        plan.putLong(PlanChecksum.AT, PlanChecksum.of(plan, plan.capacity()));
        return plan;
    }

    private int[] some(int words) {
        return random.ints(1 + random.nextInt(10), 0, words)
                .filter(word -> word != PlanChecksum.AT / Long.BYTES)
                .sorted()
                .distinct()
                .toArray();
    }

    @Test
    void changedWordsAreSealedAsTheWholeIs() {
        for (int round = 0; round < 500; round++) {
            int words = 8 + random.nextInt(60);
            ByteBuffer plan = plan(words);
            int[] numbers = some(words);
            PlanChecksum.Changing changing = PlanChecksum.Changing.in(plan, numbers);
            ByteBuffer copy = ByteBuffer.allocate(16 + plan.capacity()).order(ByteOrder.LITTLE_ENDIAN);
            copy.put(16, plan.array());
            for (int number : numbers) {
                copy.putLong(16 + number * Long.BYTES, random.nextLong());
            }
            changing.seal(copy, 16);
            ByteBuffer changed = copy.slice(16, plan.capacity()).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(changed.getLong(PlanChecksum.AT))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(PlanChecksum.of(changed, changed.capacity()));
        }
    }

    /** The highest bits among them: a product carries nothing down from there. */
    @Test
    void anyTwoChangedBitsAreFound() {
        ByteBuffer plan = plan(24);
        long sum = plan.getLong(PlanChecksum.AT);
        for (int a = 0; a < plan.capacity() * 8; a++) {
            for (int b = 0; b < a; b++) {
                if (a / 8 / 8 == PlanChecksum.AT / 8 || b / 8 / 8 == PlanChecksum.AT / 8) {
                    continue;
                }
                flip(plan, a);
                flip(plan, b);
                assertThat(PlanChecksum.of(plan, plan.capacity()))
                        .as("seed %d, bits %d and %d", seed, a, b)
                        .isNotEqualTo(sum);
                flip(plan, a);
                flip(plan, b);
            }
        }
    }

    @Test
    void wordsThatChangePlacesAreFound() {
        ByteBuffer plan = plan(24);
        long sum = plan.getLong(PlanChecksum.AT);
        for (int a = 0; a < 24; a++) {
            for (int b = 0; b < a; b++) {
                if (a == PlanChecksum.AT / 8 || b == PlanChecksum.AT / 8) {
                    continue;
                }
                ByteBuffer other = ByteBuffer.wrap(plan.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
                other.putLong(a * 8, plan.getLong(b * 8)).putLong(b * 8, plan.getLong(a * 8));
                assertThat(PlanChecksum.of(other, other.capacity()))
                        .as("seed %d, words %d and %d", seed, a, b)
                        .isNotEqualTo(sum);
            }
        }
    }

    private static void flip(ByteBuffer plan, int bit) {
        plan.put(bit / 8, (byte) (plan.get(bit / 8) ^ 1 << bit % 8));
    }
}

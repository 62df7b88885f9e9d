package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static List<Double> series(double slope, long seed) {
        Random random = new Random(seed);
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            values.add(slope * i + random.nextGaussian());
        }
        return values;
    }

    @Test
    void findsWhatRisesAndNotWhatIsNoise() {
        Trend rising = Trend.of(series(0.5, 1), 1);
        assertThat(rising.slope()).isCloseTo(0.5, within(0.1));
        assertThat(rising.mayBeLevel()).isFalse();
        int level = 0;
        for (long seed = 1; seed <= 200; seed++) {
            level += Trend.of(series(0, seed), 1).mayBeLevel() ? 1 : 0;
        }
        assertThat(level).as("of 200 series of noise; one side of 95 of 100").isGreaterThan(185);
    }

    @Test
    void isThatOfALineAndOfNothing() {
        assertThat(Trend.of(List.of(1, 3, 5, 7), 2).slope()).isEqualTo(1);
        assertThat(Trend.of(List.of(5, 5, 5, 5), 1)).isEqualTo(new Trend(0, 0, 0));
        assertThat(Trend.of(List.of(5), 1)).isEqualTo(new Trend(0, 0, 0));
    }
}

package dev.estiba.testkit.endurance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.estiba.testkit.endurance.Slope.Point;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlopeTest {
    @Test
    void isThatOfALine() {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            points.add(new Point(250 * i, 1000 + 3 * i));
        }
        assertThat(Slope.in(100, points)).isCloseTo(1.2, within(1e-9));
    }

    @Test
    void isNotMovedByOutliers() {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            points.add(new Point(i, i % 7 == 3 ? 1_000_000 : 5));
        }
        assertThat(Slope.in(100, points)).isZero();
    }

    @Test
    void ofNothingIsNone() {
        assertThat(Slope.in(100, List.of())).isZero();
        assertThat(Slope.in(100, List.of(new Point(1, 7)))).isZero();
    }
}

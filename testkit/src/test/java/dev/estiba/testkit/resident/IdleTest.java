package dev.estiba.testkit.resident;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A resident that nobody calls leaves, and nobody notices. */
@Tag("kernel")
class IdleTest {
    private static final int SECONDS = Boolean.getBoolean("estiba.long") ? 60 : 5;

    /** Calls of each caller. */
    private static final int FEWEST = 6;

    @TempDir
    Path place;

    @Test
    void leavesAndIsStartedAnew() throws Exception {
        try (Room room = Room.open(place, "-Destiba.planner.idle.millis=200")) {
            assertThat(room.call().status()).isZero();
            ProcessHandle first = room.onlyPlanner();
            Room.until("its end", () -> room.planners().isEmpty());
            assertThat(room.named(".sock")).isEmpty();
            assertThat(room.named(".leaving")).isEmpty();
            assertThat(room.residentsLog()).contains("leaving: nobody has called for 200 ms");
            Room.Ended call = room.call();
            assertThat(call.status()).isZero();
            assertThat(call.log()).isEmpty();
            assertThat(room.onlyPlanner().pid()).isNotEqualTo(first.pid());
        }
    }

    @Test
    void staysWhileItIsCalled() throws Exception {
        try (Room room = Room.open(place, "-Destiba.planner.idle.millis=2000")) {
            assertThat(room.call().status()).isZero();
            ProcessHandle planner = room.onlyPlanner();
            for (int i = 0; i < 10; i++) {
                TimeUnit.MILLISECONDS.sleep(300);
                assertThat(room.call().status()).isZero();
            }
            assertThat(room.onlyPlanner().pid()).isEqualTo(planner.pid());
        }
    }

    /** Calls at every moment of a leaving: each is answered, none finds a planner that does not answer. */
    @Test
    void noCallerMeetsALeavingOne() throws Exception {
        try (Room room = Room.open(place, "-Destiba.planner.idle.millis=20")) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            ExecutorService callers = Executors.newFixedThreadPool(2);
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Random random = new Random(i);
                all.add(callers.submit(() -> {
                    int calls = 0;
                    // A busy machine gets far less done in that time.
                    while (System.nanoTime() < end || calls < FEWEST) {
                        Room.Ended call = room.call();
                        assertThat(call.status()).as("%s", call).isZero();
                        assertThat(call.log()).isEmpty();
                        calls++;
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(60));
                    }
                    return calls;
                }));
            }
            int calls = 0;
            for (Future<Integer> each : all) {
                calls += each.get(120, TimeUnit.SECONDS);
            }
            callers.shutdown();
            assertThat(calls).isGreaterThanOrEqualTo(2 * FEWEST);
            Room.until("the end of all residents", () -> room.planners().isEmpty());
            assertThat(room.named(".sock")).isEmpty();
            assertThat(room.named(".leaving")).isEmpty();
            assertThat(room.residentsLog()).doesNotContain("Exception");
            assertThat(room.residentsLog()
                            .lines()
                            .filter(line -> line.contains("leaving:"))
                            .count())
                    .as("residents that left in between")
                    .isGreaterThan(1);
        }
    }
}

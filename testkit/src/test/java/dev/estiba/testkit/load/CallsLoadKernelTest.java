package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.load.LoadRoom.Taken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults and attacks, L2 and L3: thousands of execs by eight at a time, and of whole lives of containers by two. */
@Timeout(1200)
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallsLoadKernelTest {
    private static final int EXECS = LoadRoom.LONG ? 10_000 : 120;
    private static final int LIVES = LoadRoom.LONG ? 10_000 : 30;

    /** Threads and descriptors of a pool may be there or not. */
    private static final long COME_AND_GO = 40;

    private LoadRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws Exception {
        room = LoadRoom.open(place);
    }

    @AfterAll
    void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    private interface Once {
        void call(int number) throws IOException;
    }

    /** Each number once, by so many at a time; how long each took, in ms, in the order in which they began. */
    private static double[] many(int count, int atATime, Once once) throws Exception {
        double[] took = new double[count];
        AtomicInteger next = new AtomicInteger();
        try (ExecutorService callers = Executors.newFixedThreadPool(atATime)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < atATime; i++) {
                all.add(callers.submit(() -> {
                    for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                        long begin = System.nanoTime();
                        once.call(number);
                        took[number] = (System.nanoTime() - begin) / 1e6;
                    }
                    return true;
                }));
            }
            for (Future<?> each : all) {
                each.get(20, TimeUnit.MINUTES);
            }
        }
        return took;
    }

    private static double median(double[] values, int from, int to) {
        double[] part = Arrays.copyOfRange(values, from, to);
        Arrays.sort(part);
        return Figures.at(part, 0.5);
    }

    @Test
    void eachOfManyExecsTellsItsStatusAndLeavesNothing() throws Exception {
        Api api = room.api();
        String parent = "estiba-execs-" + ProcessHandle.current().pid();
        String id = api.create(
                ",\"HostConfig\":{\"NetworkMode\":\"none\",\"CgroupParent\":\"/" + parent + "\"}", "sleep", "100000");
        api.start(id);
        many(40, 8, number -> api.exec(id, "exit 0"));
        Taken before = room.taken(parent, true);
        double[] took = many(
                EXECS,
                8,
                number -> assertThat(api.exec(id, "exit " + number % 256))
                        .as("exec %d", number)
                        .isEqualTo(number % 256));
        Taken after = room.taken(parent, true);
        new Figures("L2: " + EXECS + " execs, eight at a time")
                .say("%s", Figures.spread(took))
                .say("before %s", before)
                .say("after %s", after)
                .tell();
        assertThat(after.groups()).isEqualTo(before.groups());
        assertThat(after.mounts()).isEqualTo(before.mounts());
        assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + COME_AND_GO);
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + COME_AND_GO);
        api.remove(id);
    }

    @Test
    void eachOfManyLivesLeavesNothing() throws Exception {
        Api api = room.api();
        String parent = "estiba-lives-" + ProcessHandle.current().pid();
        many(4, 2, number -> live(api, parent, number));
        Taken before = room.taken(parent, true);
        List<Taken> taken = new ArrayList<>();
        double[] took = new double[LIVES];
        int window = LIVES / 10;
        for (int i = 0; i < 10; i++) {
            double[] part = many(window, 2, number -> live(api, parent, number));
            System.arraycopy(part, 0, took, i * window, window);
            taken.add(room.taken(parent, true));
        }
        Taken after = taken.getLast();
        double slope =
                Trend.of(taken.stream().map(Taken::kibibytes).toList(), window).slope();
        double first = median(took, LIVES / 10, 2 * LIVES / 10);
        double last = median(took, LIVES - LIVES / 10, LIVES);
        Figures figures = new Figures("L3: " + LIVES
                        + " times create, start, wait, remove, two at a time, half of them with a bridge")
                .say("%s", Figures.spread(took))
                .say("median of the second tenth %.1f ms, of the last %.1f", first, last)
                .say("the daemon's memory: %+.2f KiB a life (Theil–Sen, after a collection)", slope)
                .say("before %s", before);
        taken.forEach(each -> figures.say("%s", each));
        figures.tell();
        assertThat(after.groups()).isEqualTo(before.groups());
        assertThat(after.mounts()).isEqualTo(before.mounts());
        assertThat(after.links()).isEqualTo(before.links());
        assertThat(after.rules()).isEqualTo(before.rules());
        assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + COME_AND_GO);
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + COME_AND_GO);
        if (LoadRoom.LONG) {
            assertThat(slope).as("KiB a life").isLessThanOrEqualTo(0.5);
            assertThat(last).as("the last tenth's median").isLessThanOrEqualTo(1.3 * first);
        }
    }

    private static void live(Api api, String parent, int number) throws IOException {
        String network = number % 2 == 0 ? "none" : "bridge";
        String id = api.create(
                ",\"HostConfig\":{\"NetworkMode\":\"" + network + "\",\"CgroupParent\":\"/" + parent + "\"}",
                "sh",
                "-c",
                "exit " + number % 256);
        api.start(id);
        assertThat(api.end(id)).isEqualTo(number % 256);
        api.remove(id);
    }
}

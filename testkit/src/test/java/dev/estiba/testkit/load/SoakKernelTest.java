package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.load.LoadRoom.Taken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults and attacks, L8: what is done with containers, networks and volumes, at random and by three at a time. In between everything is
 * removed, and what the daemon takes then is looked at: nothing of it grows. Ten minutes in the long form.
 */
@Timeout(1200)
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SoakKernelTest {
    private static final int SAMPLES = LoadRoom.LONG ? 40 : 4;
    private static final long EACH_MS = LoadRoom.LONG ? 14_000 : 2_000;
    private static final int CALLERS = 3;

    /** What is cold is in the first ones. */
    private static final int WARM_UP = SAMPLES / 4;

    private static final Map<String, ToLongFunction<Taken>> COUNTS = counts();

    private LoadRoom room;
    private final String parent = "estiba-soak-" + ProcessHandle.current().pid();
    private final LongAdder calls = new LongAdder();

    private static Map<String, ToLongFunction<Taken>> counts() {
        Map<String, ToLongFunction<Taken>> counts = new LinkedHashMap<>();
        counts.put("memory, KiB", Taken::kibibytes);
        counts.put("descriptors", Taken::descriptors);
        counts.put("threads", Taken::threads);
        counts.put("mounts", Taken::mounts);
        counts.put("links", Taken::links);
        counts.put("firewall lines", Taken::rules);
        counts.put("cgroups", Taken::groups);
        counts.put("disk, bytes", Taken::stored);
        return counts;
    }

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

    @Test
    void nothingGrows() throws Exception {
        long seed = Long.getLong("estiba.seed", System.nanoTime());
        List<Taken> taken = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            mixed(seed + i);
            room.clear();
            room.api().post("/networks/prune", "").ok();
            room.api()
                    .post("/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D", "")
                    .ok();
            taken.add(room.taken(parent, true));
        }
        List<Taken> warm = taken.subList(WARM_UP, taken.size());
        Figures figures = new Figures("L8: soak")
                .say(
                        "%d calls in %d rounds of %.0f s, three callers, seed %d; after each round everything is removed",
                        calls.sum(), SAMPLES, EACH_MS / 1000.0, seed)
                .row(
                        "\n| | first | after the warm-up | last | in a round (Theil–Sen) | 95 of 100 |\n|---|--:|--:|--:|--:|--:|");
        Map<String, Trend> trends = new LinkedHashMap<>();
        COUNTS.forEach((name, count) -> {
            Trend trend = Trend.of(warm.stream().map(count::applyAsLong).toList(), 1);
            trends.put(name, trend);
            figures.row(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %+.2f | %+.2f to %+.2f |",
                    name,
                    count.applyAsLong(taken.getFirst()),
                    count.applyAsLong(warm.getFirst()),
                    count.applyAsLong(taken.getLast()),
                    trend.slope(),
                    trend.low(),
                    trend.high()));
        });
        figures.tell();
        for (String name : List.of("mounts", "links", "firewall lines", "cgroups")) {
            ToLongFunction<Taken> count = COUNTS.getOrDefault(name, _ -> 0);
            assertThat(count.applyAsLong(taken.getLast()))
                    .as("%s: seed %d: %s", name, seed, taken)
                    .isLessThanOrEqualTo(count.applyAsLong(warm.getFirst()));
        }
        assertThat(taken.getLast().descriptors()).isLessThan(warm.getFirst().descriptors() + 40);
        assertThat(taken.getLast().threads()).isLessThan(warm.getFirst().threads() + 40);
        if (LoadRoom.LONG) {
            trends.forEach((name, trend) -> assertThat(trend.mayBeLevel())
                    .as("%s grow: %s; seed %d: %s", name, trend, seed, taken)
                    .isTrue());
        }
    }

    private void mixed(long seed) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EACH_MS);
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                Random random = new Random(seed * CALLERS + i);
                String name = "soak" + i;
                all.add(callers.submit(() -> {
                    while (System.nanoTime() < end) {
                        life(room.api(), random, name);
                    }
                    return true;
                }));
            }
            for (Future<?> each : all) {
                each.get(10, TimeUnit.MINUTES);
            }
        }
    }

    /** One container of a caller's own, and what people do with it. An answer of 4xx may be right; none of 5xx is. */
    private void life(Api api, Random random, String name) throws IOException {
        boolean isNetworked = random.nextInt(3) == 0;
        String network = isNetworked ? name : random.nextBoolean() ? "none" : "bridge";
        if (isNetworked) {
            ask(api, "POST", "/networks/create", "{\"Name\":\"" + name + "\"}");
        }
        String id = api.create(
                ",\"Volumes\":{\"/v\":{}},\"OpenStdin\":true,\"Healthcheck\":{\"Test\":[\"CMD\",\"true\"],\"Interval\":1000000000},"
                        + "\"HostConfig\":{\"NetworkMode\":\"" + network + "\",\"CgroupParent\":\"/" + parent
                        + "\",\"Binds\":[\"" + name + ":/named\"]}",
                "sh",
                "-c",
                "seq 100; echo x > /v/x; echo y > /y; exec sleep 1000");
        api.start(id);
        for (int i = random.nextInt(8); i > 0; i--) {
            step(api, random, id);
        }
        ask(api, "DELETE", "/containers/" + id + "?force=1&v=1", "");
        if (isNetworked) {
            ask(api, "DELETE", "/networks/" + name, "");
        }
        if (random.nextInt(4) == 0) {
            ask(api, "DELETE", "/volumes/" + name, "");
        }
    }

    private void step(Api api, Random random, String id) throws IOException {
        String of = "/containers/" + id;
        switch (random.nextInt(14)) {
            case 0 -> assertThat(api.exec(id, "exit 7")).isEqualTo(7);
            case 1 -> ask(api, "GET", of + "/logs?stdout=1&stderr=1&timestamps=1", "");
            case 2 -> ask(api, "GET", of + "/json?size=1", "");
            case 3 -> ask(api, "GET", "/containers/json?all=1", "");
            case 4 -> ask(api, "GET", of + "/stats?stream=0&one-shot=1", "");
            case 5 -> {
                ask(api, "POST", of + "/pause", "");
                ask(api, "POST", of + "/unpause", "");
            }
            case 6 -> ask(api, "POST", of + "/restart?t=0", "");
            case 7 -> ask(api, "GET", of + "/archive?path=/bin/busybox", "");
            case 8 -> ask(api, "GET", of + "/changes", "");
            case 9 -> ask(api, "POST", of + "/update", "{\"CpuShares\":512}");
            case 10 -> ask(api, "GET", of + "/top", "");
            case 11 -> vanish(api, of + "/logs?follow=1&stdout=1");
            case 12 -> vanish(api, "/events?since=0");
            default -> {
                Api.Reply made = ask(api, "POST", "/commit?container=" + id + "&repo=" + id.substring(0, 12), "{}");
                if (made.status() == 201) {
                    String image = made.found(Pattern.compile("\"Id\":\"(sha256:[0-9a-f]{64})\""));
                    ask(api, "DELETE", "/images/" + image + "?force=1", "");
                }
            }
        }
    }

    private void vanish(Api api, String target) throws IOException {
        try (SocketChannel client = api.open("GET", target, "", "")) {
            calls.increment();
            assertThat(client.read(ByteBuffer.allocate(100))).isPositive();
        }
    }

    private Api.Reply ask(Api api, String method, String target, String json) throws IOException {
        Api.Reply reply = api.ask(method, target, json);
        calls.increment();
        assertThat(reply.status()).as("%s %s: %s", method, target, reply.text()).isLessThan(500);
        return reply;
    }
}

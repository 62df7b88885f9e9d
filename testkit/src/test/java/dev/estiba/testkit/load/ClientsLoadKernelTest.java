package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.load.LoadRoom.Taken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults and attacks, L5 and L7: crowds of clients that do nothing, listen, or are slow; and clients that vanish amid a stream. */
@Timeout(1200)
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsLoadKernelTest {
    private static final int PART = LoadRoom.LONG ? 1 : 20;

    /** Of a tenth of the crowd, or more: threads and descriptors of a pool may be there or not. */
    private static final long COME_AND_GO = 40;

    private LoadRoom room;
    private String parent = "";

    @BeforeAll
    void open(@TempDir Path place) throws Exception {
        room = LoadRoom.open(place);
        parent = "estiba-clients-" + ProcessHandle.current().pid();
    }

    @AfterAll
    void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    private String running(String more, String... command) throws IOException {
        String id = room.api()
                .create(
                        more + ",\"HostConfig\":{\"NetworkMode\":\"none\",\"CgroupParent\":\"/" + parent + "\"}",
                        command);
        room.api().start(id);
        return id;
    }

    private void close(List<SocketChannel> crowd) throws IOException {
        for (SocketChannel each : crowd) {
            each.close();
        }
    }

    @Test
    void othersAreAnsweredBesideACrowd() throws Exception {
        Api api = room.api();
        String id = running("", "sleep", "100000");
        double[] alone = asked(api, 500 / PART);
        Taken before = room.taken(parent, true);
        List<SocketChannel> crowd = new ArrayList<>();
        double[] beside;
        Taken amid;
        try {
            for (int i = 0; i < 2000 / PART; i++) {
                crowd.add(api.connect());
            }
            for (int i = 0; i < 200 / PART; i++) {
                crowd.add(api.open("GET", "/events", "", ""));
                crowd.add(api.open("GET", "/containers/" + id + "/stats", "", ""));
            }
            for (int i = 0; i < 500 / PART; i++) {
                SocketChannel slow = api.connect();
                crowd.add(slow);
                Api.send(slow, "GET /containers/json HTTP/1.1\r\nHost: a\r\nX-Slow");
            }
            beside = asked(api, 500 / PART);
            amid = room.taken(parent, false);
        } finally {
            close(crowd);
        }
        api.remove(id);
        Taken after = settled(before);
        new Figures("L5: beside " + crowd.size()
                        + " connections: idle, 1 in 14 for events, as many for statistics, 1 in 6 with half a request")
                .say("a list alone: %s", Figures.spread(alone))
                .say("a list beside them: %s", Figures.spread(beside))
                .say("for each of them %.1f KiB", (double) (amid.kibibytes() - before.kibibytes()) / crowd.size())
                .say("before %s", before)
                .say("amid %s", amid)
                .say("after %s", after)
                .tell();
        assertThat(amid.threads() - before.threads())
                .as("threads: one for each stream, none for who does nothing")
                .isLessThan(2 * 200 / PART + COME_AND_GO);
    }

    private static double[] asked(Api api, int times) throws IOException {
        double[] took = new double[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            api.get("/containers/json").ok();
            took[i] = (System.nanoTime() - begin) / 1e6;
        }
        return took;
    }

    /** Waits until descriptors and threads are as few again as they were. */
    private Taken settled(Taken before) throws Exception {
        Path process = Path.of("/proc", Long.toString(room.daemon().pid()));
        CommandRoom.until("that nothing of them is left with the daemon", () -> {
            try {
                return LoadRoom.count(process.resolve("fd")) <= before.descriptors() + COME_AND_GO
                        && LoadRoom.count(process.resolve("task")) <= before.threads() + COME_AND_GO;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return room.taken(parent, true);
    }

    /** By closing with output unread, after the end of their own side only, or without having read for a while. */
    @Test
    void whoVanishesLeavesNothing() throws Exception {
        Api api = room.api();
        String talker = running("", "sh", "-c", "while :; do seq 500; sleep 0.05; done");
        String cat = running(",\"OpenStdin\":true", "cat");
        many(api, talker, cat, new Random(1), 14);
        Taken before = room.taken(parent, true);
        long seed = System.nanoTime();
        int times = 2000 / PART;
        many(api, talker, cat, new Random(seed), times);
        long begin = System.nanoTime();
        Taken after = settled(before);
        double settling = (System.nanoTime() - begin) / 1e9;
        assertThat(api.exec(talker, "exit 3")).isEqualTo(3);
        new Figures("L7: " + times + " clients that vanish amid attach, exec, logs, events, statistics or a wait")
                .say("seed %d; threads and descriptors were back %.1f s after the last", seed, settling)
                .say("before %s", before)
                .say("after %s", after)
                .tell();
        assertThat(after.mounts()).isEqualTo(before.mounts());
        assertThat(after.groups()).isLessThanOrEqualTo(before.groups());
        api.remove(talker);
        api.remove(cat);
    }

    private static void many(Api api, String talker, String cat, Random random, int times) throws Exception {
        List<SocketChannel> held = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            SocketChannel client = stream(api, talker, cat, i % 7);
            boolean isSlow = i % 7 == 4; // statistics come a second later
            ByteBuffer some = ByteBuffer.allocate(1 + random.nextInt(5000));
            int read = isSlow || random.nextInt(3) == 0 ? 0 : client.read(some);
            assertThat(read).as("client %d", i).isNotNegative();
            switch (random.nextInt(3)) {
                case 0 -> client.close();
                case 1 -> {
                    client.shutdownOutput();
                    client.close();
                }
                default -> held.add(client);
            }
            if (held.size() == 50) {
                for (SocketChannel each : held) {
                    each.close();
                }
                held.clear();
            }
        }
        for (SocketChannel each : held) {
            each.close();
        }
    }

    private static SocketChannel stream(Api api, String talker, String cat, int kind) throws IOException {
        String upgrade = "Upgrade: tcp\r\nConnection: Upgrade\r\n";
        return switch (kind) {
            case 0 -> api.open("POST", "/containers/" + talker + "/attach?stream=1&stdout=1", "", upgrade);
            case 1 -> api.open("POST", "/containers/" + cat + "/attach?stream=1&stdin=1&stdout=1", "", upgrade);
            case 2 -> api.open("GET", "/containers/" + talker + "/logs?follow=1&stdout=1&tail=all", "", "");
            case 3 -> api.open("GET", "/events?since=0", "", "");
            case 4 -> api.open("GET", "/containers/" + talker + "/stats", "", "");
            case 5 -> api.open("POST", "/containers/" + talker + "/wait", "", "");
            default -> {
                String id = api.post(
                                "/containers/" + talker + "/exec",
                                "{\"AttachStdout\":true,\"Cmd\":[\"sh\",\"-c\",\"seq 20000; sleep 0.1\"]}")
                        .ok()
                        .found(java.util.regex.Pattern.compile("\"Id\":\"([0-9a-f]{64})\""));
                yield api.open("POST", "/exec/" + id + "/start", "{\"Detach\":false,\"Tty\":false}", upgrade);
            }
        };
    }
}

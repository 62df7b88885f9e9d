package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.load.LoadRoom.Taken;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults and attacks, L6: containers that write as fast as they can, beside clients that follow and never read. No line is lost, a rotated
 * log is as large as was said, and the daemon's memory stays. Who does not read makes nobody wait
 * but a container that it is attached to; both modes of a log are one here.
 */
@Timeout(1200)
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FloodKernelTest {
    private static final int CONTAINERS = LoadRoom.LONG ? 20 : 3;
    private static final int LINES = LoadRoom.LONG ? 400_000 : 20_000;

    private static final String WRITES =
            "seq " + LINES + " | sed 's/$/ of many lines that are as long as most lines are/'";

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

    private static String log(String options, String mode) {
        return ",\"HostConfig\":{\"NetworkMode\":\"none\",\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{" + options
                + "\"mode\":\"" + mode + "\"}}}";
    }

    @Test
    void noLineIsLostAndWhoDoesNotReadIsInNobodysWay() throws Exception {
        Api api = room.api();
        Taken before = room.taken("none", true);
        List<String> ids = new ArrayList<>();
        List<SocketChannel> dead = new ArrayList<>();
        long begin = System.nanoTime();
        try {
            for (int i = 0; i < CONTAINERS; i++) {
                String id = api.create(
                        log("\"max-size\":\"100g\",", i % 2 == 0 ? "blocking" : "non-blocking"), "sh", "-c", WRITES);
                ids.add(id);
                api.start(id);
                dead.add(api.open("GET", "/containers/" + id + "/logs?follow=1&stdout=1", "", ""));
            }
            for (String id : ids) {
                assertThat(api.end(id)).isZero();
            }
        } finally {
            for (SocketChannel each : dead) {
                each.close();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Taken amid = room.taken("none", false);
        double megabytes = 0;
        for (String id : ids) {
            assertThat(room.shell("\"$1\" logs " + id + " | sha256sum")).isEqualTo(room.shell(expected()));
            megabytes += size(id) / 1e6;
        }
        new Figures("L6: " + CONTAINERS + " containers write " + LINES
                        + " lines each, beside a client for each that never reads")
                .say(
                        "0 lines lost; %.0f MB of logs in %.1f s: %.0f MB a second",
                        megabytes, seconds, megabytes / seconds)
                .say("before %s", before)
                .say("amid %s", amid)
                .tell();
        assertThat(amid.kibibytes() - before.kibibytes())
                .as("KiB of the daemon's for %d streams", CONTAINERS)
                .isLessThan(LoadRoom.LONG ? CONTAINERS * 1024L + (40 << 10) : 100 << 10);
        room.clear();
    }

    private static String expected() {
        return WRITES + " | sha256sum";
    }

    private long size(String id) throws Exception {
        Path directory = room.product().room().root().resolve("var/lib/estiba/containers/" + id);
        long size = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(each -> each.getFileName().toString().contains("log"))
                    .filter(Files::isRegularFile)
                    .toList()) {
                size += Files.size(file);
            }
        }
        return size;
    }

    /** As with dockerd: an attached client's output is kept for it, and whoever writes more waits until it has gone. */
    @Test
    void whoIsAttachedAndDoesNotReadIsWaitedForAndLosesNothingOfTheLog() throws Exception {
        Api api = room.api();
        String id = api.create(log("\"max-size\":\"100g\",", "blocking"), "sh", "-c", WRITES);
        String upgrade = "Upgrade: tcp\r\nConnection: Upgrade\r\n";
        try (SocketChannel dead = api.open("POST", "/containers/" + id + "/attach?stream=1&stdout=1", "", upgrade)) {
            assertThat(dead.read(ByteBuffer.allocate(12))).isPositive(); // it is attached
            api.start(id);
            assertThat(api.get("/_ping").status()).isEqualTo(200);
        }
        assertThat(api.end(id)).isZero();
        assertThat(room.shell("\"$1\" logs " + id + " | sha256sum")).isEqualTo(room.shell(expected()));
        room.clear();
    }

    @Test
    void aRotatedLogIsAsLargeAsWasSaid() throws Exception {
        Api api = room.api();
        String id = api.create(
                log("\"max-size\":\"100k\",\"max-file\":\"3\",", "blocking"), "seq", Integer.toString(LINES));
        api.start(id);
        assertThat(api.end(id)).isZero();
        long size = size(id);
        String last = room.shell("\"$1\" logs " + id);
        List<String> lines = last.lines().toList();
        int from = Integer.parseInt(lines.getFirst());
        assertThat(lines).as("the end of what was written, without a gap").hasSize(LINES - from + 1);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).isEqualTo(Integer.toString(from + i));
        }
        new Figures("L6: a log of three files of 100 kB")
                .say("%d bytes of %d lines", size, lines.size())
                .tell();
        assertThat(size).isLessThanOrEqualTo(3 * 100_000 + 1000);
        room.clear();
    }
}

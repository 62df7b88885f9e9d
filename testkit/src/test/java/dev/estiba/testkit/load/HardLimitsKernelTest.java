package dev.estiba.testkit.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults and attacks, R1, R2 and R4: containers that take all they get have what was said and no more, and the daemon answers. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HardLimitsKernelTest {
    private static final boolean IS_UNIFIED = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    private static final int ASKED = LoadRoom.LONG ? 500 : 20;

    private LoadRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws Exception {
        room = LoadRoom.open(place);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        room.clear();
    }

    @AfterAll
    void close() throws Exception {
        if (room != null) {
            room.close();
        }
    }

    private String running(String limits, String... command) throws IOException {
        String id = room.api().create(",\"HostConfig\":{\"NetworkMode\":\"none\"" + limits + "}", command);
        room.api().start(id);
        return id;
    }

    private static Path group(String controller, String id) {
        return Path.of("/sys/fs/cgroup", IS_UNIFIED ? "." : controller, "estiba", id)
                .normalize();
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    @Test
    void theDaemonAnswersBesideAForkBomb() throws Exception {
        // A shell that cannot fork ends: another one takes its place, and goes on trying.
        String bomb = "while :; do sh -c 'while :; do sleep 1000 & done' 2>/dev/null; done";
        String id = running(",\"PidsLimit\":100", "sh", "-c", bomb);
        Path processes = group("pids", id).resolve("pids.current");
        CommandRoom.until("that it is as large as it gets", () -> {
            try {
                return number(processes) >= 95;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        double[] took = new double[ASKED];
        long most = 0;
        for (int i = 0; i < took.length; i++) {
            long begin = System.nanoTime();
            room.api().get("/containers/json").ok();
            took[i] = (System.nanoTime() - begin) / 1e6;
            most = Math.max(most, number(processes));
        }
        long begin = System.nanoTime();
        room.api().post("/containers/" + id + "/kill", "").ok();
        assertThat(room.api().end(id)).isEqualTo(137);
        new Figures("R1: a fork bomb with a limit of 100 processes")
                .say(
                        "at most %d processes; a list beside it: %s; killed in %.0f ms",
                        most, Figures.spread(took), (System.nanoTime() - begin) / 1e6)
                .tell();
        assertThat(most).isLessThanOrEqualTo(100);
    }

    /** The kernel ends who holds on to it; a cache is given up instead. */
    @ParameterizedTest
    @CsvSource({
        "anonymous memory, tail /dev/zero, true",
        "a tmpfs, dd if=/dev/zero of=/dev/shm/x bs=1M count=200, true",
        "the page cache, dd if=/dev/zero of=/disk/x bs=1M count=200, false"
    })
    void memoryStaysWithinItsLimit(String what, String command, boolean isEnded) throws Exception {
        long limit = 32 << 20;
        String id = running(
                ",\"Memory\":" + limit + ",\"MemorySwap\":" + limit + ",\"ShmSize\":1073741824,\"Binds\":[\""
                        + Files.createDirectories(room.product().place().resolve("disk")) + ":/disk\"]",
                "sh",
                "-c",
                command + "; echo $?; exec sleep 1000");
        Path group = group("memory", id);
        CommandRoom.until("its end", () -> {
            try {
                return room.product().call("logs", id).output().strip().matches("[0-9]+");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Path peak = group.resolve(IS_UNIFIED ? "memory.peak" : "memory.max_usage_in_bytes");
        long most = Files.exists(peak) ? number(peak) : 0;
        String status = room.product().call("logs", id).output().strip();
        boolean oom = room.api().get("/containers/" + id + "/json").ok().text().contains("\"OOMKilled\":true");
        new Figures("R2: " + what)
                .say("limit %d, at most %d bytes; ended with %s, OOMKilled %s", limit, most, status, oom)
                .tell();
        assertThat(most).isLessThanOrEqualTo(limit + limit / 20);
        assertThat(oom).isEqualTo(isEnded);
        assertThat(status).isEqualTo(isEnded ? "137" : "0");
    }

    @Test
    void halfAProcessorIsHalfOne() throws Exception {
        String id = running(",\"NanoCpus\":500000000", "sh", "-c", "while :; do :; done");
        Path used = group("cpuacct", id).resolve(IS_UNIFIED ? "cpu.stat" : "cpuacct.usage");
        long[] first = {System.nanoTime(), used(used)};
        long end = first[0] + (LoadRoom.LONG ? 10_000_000_000L : 1_000_000_000L);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        double part = (double) (used(used) - first[1]) / (System.nanoTime() - first[0]);
        new Figures("R4: half a processor").say("%.1f of 100", 100 * part).tell();
        assertThat(part).isLessThanOrEqualTo(LoadRoom.LONG ? 0.51 : 0.62); // a period is a tenth of a second
    }

    /** In nanoseconds. */
    private static long used(Path file) throws IOException {
        String text = Files.readString(file).strip();
        return IS_UNIFIED
                ? 1000 * Long.parseLong(text.lines().findFirst().orElseThrow().split(" ")[1])
                : Long.parseLong(text);
    }

    @Test
    void whoHasAllItMayHaveIsTold() throws Exception {
        String id = running(
                ",\"ShmSize\":1048576,\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":20,\"Hard\":20}],\"Tmpfs\":{\"/t\":\"size=64k\"}",
                "sh",
                "-c",
                "dd if=/dev/zero of=/dev/shm/x bs=64k count=100; dd if=/dev/zero of=/t/x bs=4k count=100;"
                        + " busybox tee $(seq 30 | sed 's#^#/file#') < /dev/null; echo done");
        assertThat(room.api().end(id)).isZero();
        CommandRoom.Ended logs = room.product().call("logs", id);
        assertThat(logs.error()).contains("No space left on device");
        assertThat(logs.error().split("No space left on device", -1)).hasSize(3);
        assertThat(logs.error()).contains("Too many open files");
        assertThat(logs.output()).isEqualTo("done\n");
    }
}

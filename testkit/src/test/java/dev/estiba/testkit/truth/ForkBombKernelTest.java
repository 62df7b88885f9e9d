package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A container of processes that make processes, as many as its limit holds, or 2,000 without one: it is ended in two seconds. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForkBombKernelTest {
    private static final int LIMIT = 200;
    private static final int MOST = 2000;

    /** Other tests have the processors as well, where this is not measured by itself. */
    private static final Duration SOON = Duration.ofSeconds(TruthRoom.LONG ? 2 : 10);

    private TruthRoom room;

    @BeforeAll
    void open(@TempDir Path place) throws IOException {
        room = TruthRoom.open(place);
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        room.clear();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (room != null) {
            room.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"kill, true", "stop -t 0, true", "rm -f, true", "kill, false", "stop -t 0, false", "rm -f, false"})
    void isEndedSoon(String command, boolean limited) throws Exception {
        List<String> options = limited ? List.of("--pids-limit", Integer.toString(LIMIT)) : List.of();
        String id = room.product.detached(options, "probe", "bomb", Integer.toString(MOST));
        Path processes = processes(id);
        int wanted = limited ? LIMIT - 5 : MOST - 50;
        CommandRoom.until("that it is as large as it gets", () -> count(processes) >= wanted);
        TimeUnit.SECONDS.sleep(1); // it is held there, while all of them go on trying
        assertThat(count(processes)).isBetween(wanted, limited ? LIMIT : MOST + 50);
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add(id);
        long begin = System.nanoTime();
        room.succeeds(words.toArray(String[]::new));
        if (command.equals("kill")) {
            assertThat(room.succeeds("wait", id).output()).isEqualTo("137\n");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
        if (!command.startsWith("rm")) {
            assertThat(room.product.asked(id, "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}"))
                    .isEqualTo("exited 137 false");
        }
        CommandRoom.until("that nobody is left", () -> count(processes) == 0);
    }

    private static Path processes(String id) {
        Path unified = Path.of("/sys/fs/cgroup/cgroup.controllers");
        String top = Files.exists(unified) ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
        return Path.of(top, "estiba", id, "cgroup.procs");
    }

    private static int count(Path processes) {
        try {
            return Files.readAllLines(processes).size();
        } catch (IOException gone) {
            return 0;
        }
    }
}

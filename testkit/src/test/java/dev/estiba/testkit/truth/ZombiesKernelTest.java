package dev.estiba.testkit.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who has ended is waited for: by an init, by the monitor, by the command's JVM. */
@Tag("kernel")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZombiesKernelTest {
    private static final int ORPHANS = 50;

    /** They go when there is a file /go, and leave a program that reaps nobody. */
    private static final String LEAVE_ORPHANS =
            "wait_to_go() { while [ ! -e /go ]; do sleep 0.2; done; }; i=0; while [ $i -lt " + ORPHANS
                    + " ]; do (wait_to_go & ); i=$((i + 1)); done; exec sleep 1000";

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

    private static Map<Long, Character> children(long pid) {
        try {
            return TruthRoom.children(pid);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Their parent ends first, so that they become the container's first process's. */
    @Test
    void anInitReapsOrphans() throws Exception {
        String id = room.product.detached(List.of("--init"), "sh", "-c", LEAVE_ORPHANS);
        long init = room.pid(id);
        CommandRoom.until("the orphans", () -> children(init).size() > ORPHANS);
        room.succeeds("exec", id, "touch", "/go");
        CommandRoom.until("that the program alone is left", () -> children(init).size() == 1);
        assertThat(children(init).values()).containsExactly('S');
    }

    @Test
    void thoseOfAFirstProcessThatReapsNobodyGoWithIt() throws Exception {
        String id = room.product.detached(List.of(), "probe", "zombies", Integer.toString(ORPHANS), "1000");
        long init = room.pid(id);
        CommandRoom.until("the zombies", () -> children(init).size() == ORPHANS);
        Set<Long> zombies = children(init).keySet();
        assertThat(children(init).values()).containsOnly('Z');
        assertThat(room.product.asked(id, "{{.State.Status}}")).isEqualTo("running");
        room.succeeds("rm", "-f", id);
        assertThat(zombies).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    }

    /** As subreaper the monitor is the parent of what an exec leaves behind outside of any pid namespace. */
    @Test
    void theMonitorReapsWhatIsLeftToIt() throws Exception {
        String id = room.product.detached(List.of("--pid", "host"), "sh", "-c", LEAVE_ORPHANS);
        long monitor = ProcessHandle.of(room.pid(id))
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
        CommandRoom.until("the orphans", () -> children(monitor).size() > ORPHANS);
        room.succeeds("exec", id, "touch", "/go");
        CommandRoom.until(
                "that the program alone is left", () -> children(monitor).size() == 1);
    }

    @Test
    void noneOfOursIsLeftByTwoHundredContainers() throws Exception {
        Set<Long> monitors = new HashSet<>();
        for (int i = 0; i < (TruthRoom.LONG ? 200 : 30); i++) {
            switch (i % 3) {
                case 0 -> room.product.ran(List.of("--rm"), "true");
                case 1 -> {
                    String id = room.product.detached(List.of(), "sleep", "1000");
                    monitors.add(ProcessHandle.of(room.pid(id))
                            .flatMap(ProcessHandle::parent)
                            .orElseThrow()
                            .pid());
                    room.succeeds("exec", id, "true");
                    room.succeeds("rm", "-f", id);
                }
                default -> room.product.detached(List.of("--rm"), "sh", "-c", "sleep 0.01");
            }
        }
        CommandRoom.until("that the last one has removed itself", () -> none("ps", "-aq"));
        List<String> left = ours();
        for (int i = 0; i < 100 && !left.isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(50); // who has just ended is about to be waited for
            left = ours();
        }
        assertThat(left).isEmpty();
        assertThat(monitors).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    }

    private boolean none(String... words) {
        try {
            return room.succeeds(words).output().isEmpty();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> ours() throws IOException {
        Set<String> jvms = room.product.room().jvms().stream()
                .map(jvm -> " of " + jvm.pid())
                .collect(Collectors.toSet());
        assertThat(jvms).isNotEmpty();
        return TruthRoom.zombies().stream()
                .filter(zombie -> jvms.stream().anyMatch(zombie::endsWith))
                .toList();
    }
}

package dev.estiba.testkit.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL of the daemon at any moment, while clients run, enter, read, make and remove containers and networks. Whatever it did:
 * those that are to run are the same processes, those that have ended meanwhile have their own exit codes, nothing is there twice, and of what the
 * clients gave up nothing is left. {@code ./dev test --long} does it a hundred times, and tells how long nobody answered.
 */
@Tag("kernel")
class SurvivalKernelTest {
    private static final boolean LONG = Boolean.getBoolean("estiba.long");
    private static final int ROUNDS = LONG ? 100 : 5;
    private static final int STEADY = LONG ? 20 : 3;
    private static final int CLIENTS = LONG ? 4 : 2;
    private static final List<String> OWN_NETWORKS = List.of("bridge", "host", "none");

    @TempDir
    Path place;

    private final long seed = Long.getLong("estiba.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger lostCalls = new AtomicInteger();
    /** From before a kill until somebody has been answered again. */
    private volatile boolean isDown;

    private ProductRoom room;

    private long daemon() throws IOException {
        return Long.parseLong(Files.readString(room.room().root().resolve("var/lib/estiba/daemon.lock"))
                .strip());
    }

    private Ended made(String... words) throws Exception {
        Ended ended = room.call(words);
        assertThat(ended.status()).as("%s: %s", List.of(words), ended.error()).isZero();
        return ended;
    }

    /** Somebody who uses the daemon until he is told to stop, and then has nothing there. */
    private final class Client implements Runnable {
        private final String name;
        private final Random random;
        private final AtomicBoolean isOver;

        Client(String name, long seed, AtomicBoolean isOver) {
            this.name = name;
            this.random = new Random(seed);
            this.isOver = isOver;
        }

        @Override
        public void run() {
            try {
                while (!isOver.get()) {
                    use();
                }
                give(List.of("rm", "-f", name), "No such container");
                give(List.of("network", "rm", name), "not found");
            } catch (Exception e) {
                wrong.add(name + ": " + e);
            }
        }

        private void use() throws Exception {
            int code = 1 + random.nextInt(100);
            switch (random.nextInt(6)) {
                case 0 -> done(room.run(List.of("--rm", "--name", name), "sh", "-c", "exit " + code), code);
                case 1 -> done(List.of("exec", "steady-0", "sh", "-c", "exit " + code), code);
                case 2 -> done(List.of("logs", "steady-0"), 0);
                case 3 -> {
                    done(room.run(List.of("-d", "--name", name), "sleep", "1000"), 0);
                    give(List.of("rm", "-f", name), "No such container");
                }
                case 4 -> {
                    List<String> run = List.of("run", "--rm", "--name", name, "--network", name, room.image(), "true");
                    boolean unused = ends(List.of("network", "create", name), 0) && ends(run, 0);
                    give(List.of("network", "rm", name), "not found");
                }
                case 5 -> {
                    List<String> words = new ArrayList<>(room.run(List.of("--name", name), "true"));
                    words.set(0, "create");
                    boolean unused = ends(words, 0) && ends(List.of("start", "-a", name), 0);
                    give(List.of("rm", "-f", name), "No such container");
                }
                default -> throw new IllegalStateException();
            }
        }

        private void done(List<String> words, int code) throws Exception {
            boolean unused = ends(words, code);
        }

        /** False for a call that was under way when the daemon was killed: that one may fail, and its name be taken or not be there. */
        private boolean ends(List<String> words, int code) throws Exception {
            boolean wasDown = isDown;
            int before = kills.get();
            Ended ended = room.call(words.toArray(String[]::new));
            calls.incrementAndGet();
            if (ended.status() == code) {
                return true;
            }
            if (!wasDown && kills.get() == before) {
                wrong.add(String.join(" ", words) + ": " + ended);
                return false;
            }
            lostCalls.incrementAndGet();
            give(List.of("rm", "-f", name), "No such container");
            give(List.of("network", "rm", name), "not found");
            return false;
        }

        /** Until it is done, or was done: who calls again after a kill has the next daemon. */
        private void give(List<String> words, String gone) throws Exception {
            for (int i = 0; ; i++) {
                boolean wasDown = isDown;
                int before = kills.get();
                Ended ended = room.call(words.toArray(String[]::new));
                calls.incrementAndGet();
                if (ended.status() == 0 || ended.error().contains(gone)) {
                    return;
                }
                if ((!wasDown && kills.get() == before) || i == 10) {
                    wrong.add(String.join(" ", words) + ": " + ended);
                    return;
                }
                lostCalls.incrementAndGet();
            }
        }
    }

    @Test
    void noContainerIsLostWithTheDaemon() throws Exception {
        System.out.println("SurvivalKernelTest: seed " + seed);
        room = ProductRoom.withDaemon(place);
        try {
            List<String> steady = new ArrayList<>();
            for (int i = 0; i < STEADY; i++) {
                List<String> words = List.of(
                        "run",
                        "-d",
                        "--name",
                        "steady-" + i,
                        "-p",
                        (18_000 + i) + ":80",
                        room.image(),
                        "sleep",
                        "100000"); // longer than the long form takes
                String id = made(words.toArray(String[]::new)).output().strip();
                room.know(id);
                steady.add(id);
            }
            List<String> pids = inspected(steady, "{{.State.Pid}} {{.State.StartedAt}}");
            Map<String, Integer> ends = new TreeMap<>();
            List<Long> back = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                back.add(round(ends));
                assertThat(wrong).as("seed %d, round %d", seed, round).isEmpty();
                List<String> wanted = new ArrayList<>(ends.keySet());
                wanted.addAll(steady);
                assertThat(made("ps", "-aq", "--no-trunc").output().lines())
                        .as("seed %d, round %d", seed, round)
                        .containsExactlyInAnyOrderElementsOf(wanted);
                assertThat(inspected(steady, "{{.State.Pid}} {{.State.StartedAt}}"))
                        .isEqualTo(pids);
                assertThat(made("network", "ls", "--format", "{{.Name}}")
                                .output()
                                .lines())
                        .containsExactlyInAnyOrderElementsOf(OWN_NETWORKS);
                haveEnded(ends);
            }
            haveDevicesOf(steady);
            tell(back);
            room.clear();
            haveDevicesOf(List.of());
        } finally {
            room.abandon();
            room.close();
        }
    }

    /** Containers that end, clients, a kill; how long it took until somebody answered again, in milliseconds. */
    private long round(Map<String, Integer> ends) throws Exception {
        for (int i = 0; i < 3; i++) {
            int code = 1 + random.nextInt(100);
            String sleep = "sleep 0." + random.nextInt(10);
            ends.put(room.detached(List.of(), "sh", "-c", sleep + "; exit " + code), code);
        }
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofPlatform().start(new Client("client-" + i, random.nextLong(), isOver)));
        }
        TimeUnit.MILLISECONDS.sleep(random.nextInt(600));
        ProcessHandle daemon = ProcessHandle.of(daemon()).orElseThrow();
        isDown = true;
        kills.incrementAndGet();
        CommandRoom.signal(daemon, "KILL");
        daemon.onExit().get(60, TimeUnit.SECONDS);
        if (random.nextInt(3) == 0) {
            killTheNext(daemon.pid());
        }
        long killed = System.nanoTime();
        made("ps", "-q");
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed);
        isDown = false;
        isOver.set(true);
        for (Thread client : clients) {
            client.join();
        }
        return took;
    }

    /** While it looks for what the one before has left, or a moment after that. */
    private void killTheNext(long former) throws Exception {
        Process call = room.room().begin("exec \"$@\"", "ps", "-q");
        CommandRoom.until("the next daemon", () -> isAnother(former));
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONG ? 1000 : 300));
        ProcessHandle next = ProcessHandle.of(daemon()).orElseThrow();
        CommandRoom.signal(next, "KILL");
        next.onExit().get(60, TimeUnit.SECONDS);
        CommandRoom.end(call);
    }

    private boolean isAnother(long former) {
        try {
            return daemon() != former;
        } catch (IOException | NumberFormatException e) {
            return false; // it is just writing its number
        }
    }

    private List<String> inspected(List<String> ids, String template) throws Exception {
        List<String> words = new ArrayList<>(List.of("inspect", "-f", template));
        words.addAll(ids);
        return made(words.toArray(String[]::new)).output().lines().toList();
    }

    private void haveEnded(Map<String, Integer> ends) throws Exception {
        for (String id : ends.keySet()) {
            made("wait", id);
        }
        List<String> wanted =
                ends.values().stream().map(code -> "exited " + code).toList();
        assertThat(inspected(List.copyOf(ends.keySet()), "{{.State.Status}} {{.State.ExitCode}}"))
                .as("seed %d", seed)
                .isEqualTo(wanted);
        if (ends.size() > 12) {
            for (String id : ends.keySet()) {
                made("rm", id);
            }
            ends.clear();
        }
    }

    private void haveDevicesOf(List<String> containers) throws Exception {
        CommandRoom.until("that only devices are there that belong to somebody", () -> {
            try (Stream<String> lines =
                    room.room().callFrom("exec ip -o link show").output().lines()) {
                return lines.filter(line -> line.contains(": estv")).count() == containers.size();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        String table = room.room().callFrom("exec nft list table inet estiba").output();
        for (int i = 0; i < STEADY; i++) {
            assertThat(table.contains(Integer.toString(18_000 + i))).isEqualTo(!containers.isEmpty());
        }
    }

    private void tell(List<Long> back) {
        List<Long> sorted = back.stream().sorted().toList();
        System.out.println("SurvivalKernelTest: " + ROUNDS + " kills beside " + STEADY + " containers and " + CLIENTS
                + " clients; " + calls + " calls, of which " + lostCalls
                + " were under way at a kill and failed; answered again after (ms) median "
                + sorted.get(sorted.size() / 2) + ", 99th of 100 " + sorted.get((sorted.size() * 99 - 1) / 100)
                + ", at most "
                + sorted.getLast());
    }
}

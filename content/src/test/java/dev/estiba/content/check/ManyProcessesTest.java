package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.store.Store;
import dev.estiba.linux.ProcessFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs pull into one store, remove, collect, check and repair at the same time, and some of them are killed. */
@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ManyProcessesTest {
    private static final int AT_A_TIME = 4;

    @TempDir
    Path directory;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private record Worker(Process process, Path output) {}

    @Test
    void noneLosesWhatItHolds() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        boolean isLong = Boolean.getBoolean("estiba.long");
        int all = isLong ? 100 : 8;
        List<Worker> running = new ArrayList<>();
        Set<Worker> killed = new HashSet<>();
        int started = 0;
        int rounds = 0;
        try {
            while (started < all || !running.isEmpty()) {
                if (started < all && running.size() < AT_A_TIME) {
                    running.add(start(started++, isLong ? 8000 : 3000));
                    continue;
                }
                TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(500));
                if (random.nextInt(4) == 0 && killed.size() < all / 2) {
                    Worker victim = running.get(random.nextInt(running.size()));
                    if (victim.process().isAlive() && killed.add(victim)) {
                        victim.process().destroyForcibly().waitFor();
                    }
                }
                for (Worker worker : List.copyOf(running)) {
                    if (!worker.process().isAlive()) {
                        running.remove(worker);
                        rounds += killed.contains(worker) ? 0 : ended(worker);
                    }
                }
            }
        } finally {
            for (Worker worker : running) {
                worker.process().destroyForcibly().waitFor();
            }
        }
        Store store = Store.open(directory.resolve("content"));
        Check check = new Check(store, Sample::unpack, Sample.HOST);
        assertThat(check.look(CheckListener.NONE).results())
                .as("seed " + seed)
                .extracting(Report.Result::finding)
                .allMatch(each -> each instanceof Finding.Rest || each.equals(new Finding.DamagedNames(true)));
        check.repair((_, _) -> StoreWorker.sample(0), CheckListener.NONE);
        assertThat(check.look(CheckListener.NONE).results()).as("seed " + seed).isEmpty();
        System.out.println("many processes: seed " + seed + ", " + started + " started, " + killed.size() + " killed, "
                + rounds + " rounds of those that ended");
    }

    private Worker start(int number, int milliseconds) throws IOException {
        Path output = directory.resolve("worker" + number);
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreWorker.class.getName(),
                        directory.resolve("content").toString(),
                        Long.toString(seed + number),
                        Integer.toString(milliseconds)))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        return new Worker(process, output);
    }

    private int ended(Worker worker) throws IOException {
        String words = Files.readString(worker.output(), StandardCharsets.UTF_8);
        assertThat(worker.process().exitValue())
                .as("seed %d, %s: %s", seed, worker.output(), words)
                .isZero();
        return Integer.parseInt(
                words.replaceAll("(?s).*rounds ([0-9]+).*", "$1").strip());
    }
}

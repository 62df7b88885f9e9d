package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.store.Store;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power: a store on ext4 in a file in memory, behind a loop device. What the file has in some moment is what a disk would have
 * then; what is still in the kernel's cache above the device is lost. A copy takes time: it counts when the device has been written
 * nothing meanwhile.
 */
@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class PowerCutTest {
    @TempDir
    Path directory;

    private final Random random = new Random();

    @Test
    void whatHasANameIsWholeAfterAPowerCut() throws Exception {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        int cuts = Boolean.getBoolean("estiba.long") ? 300 : 4;
        Path memory = Files.createDirectory(directory.resolve("memory"));
        Path disk = memory.resolve("disk");
        Path at = Files.createDirectory(directory.resolve("at"));
        try (Mounted mounted = new Mounted()) {
            assumeTrue(
                    mounted.mount("mount", "-t", "tmpfs", "-o", "size=2g", "none", memory.toString()), "needs a tmpfs");
            assumeTrue(Mounted.run("truncate", "-s", "32M", disk.toString()).isPresent(), "needs truncate");
            assumeTrue(
                    Mounted.run("mkfs.ext4", "-q", "-F", "-J", "size=4", disk.toString())
                            .isPresent(),
                    "needs mkfs.ext4");
            Optional<String> device = mounted.loop(disk.toString());
            assumeTrue(device.isPresent(), "needs a loop device");
            assumeTrue(
                    mounted.mount("mount", "-t", "ext4", "-o", "commit=1", device.get(), at.toString()),
                    "needs ext4 on a loop device");
            AtomicBoolean ends = new AtomicBoolean();
            CompletableFuture<Integer> working = CompletableFuture.supplyAsync(() -> work(at, ends));
            try (AutoCloseable ended = () -> end(ends, working)) {
                for (int cut = 0; cut < cuts && !working.isDone(); cut++) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
                    assertWhole(cut(disk, device.get(), ends));
                }
            }
        }
    }

    private static void end(AtomicBoolean ends, CompletableFuture<Integer> working) throws Exception {
        ends.set(true);
        boolean isInterrupted = Thread.interrupted(); // by a timeout: it must have ended before its disk goes
        working.get(300, TimeUnit.SECONDS);
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static int work(Path at, AtomicBoolean ends) {
        try {
            Store store = Store.open(at.resolve("content"));
            int round = 0;
            while (!ends.get()) {
                Sample sample = new Sample("v" + round % 3, List.of(round % 5, (round + 1) % 5), 300_000);
                Digest root = sample.pull(store).root().digest();
                if (round % 2 == 1) {
                    store.images().change(records -> {
                        records.unname(sample.reference());
                        records.remove(root);
                        return true;
                    });
                    store.collector().collect(Duration.ZERO);
                }
                round++;
            }
            return round;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path cut(Path disk, String device, AtomicBoolean ends) throws IOException {
        Path statistics = Path.of("/sys/block", String.valueOf(Path.of(device).getFileName()), "stat");
        Path copy = disk.resolveSibling("cut");
        String before;
        String after;
        int tries = 0;
        do {
            if (tries++ == 100) {
                ends.set(true); // on a machine that is too busy for a moment without a write, after the last one
            }
            before = written(statistics);
            Files.copy(disk, copy, StandardCopyOption.REPLACE_EXISTING);
            after = written(statistics);
        } while (!before.equals(after));
        return copy;
    }

    /** Documentation/block/stat.rst of Linux: writes that have ended are the fifth number, those on their way the ninth. */
    private static String written(Path statistics) throws IOException {
        String[] numbers = Files.readString(statistics).strip().split(" +");
        return numbers[4] + " " + numbers[6] + " " + numbers[8];
    }

    private void assertWhole(Path copy) throws Exception {
        Path at = Files.createDirectories(directory.resolve("after"));
        try (Mounted mounted = new Mounted()) {
            Optional<String> device = mounted.loop(copy.toString());
            assertThat(device).isPresent();
            assertThat(mounted.mount("mount", "-t", "ext4", device.get(), at.toString()))
                    .isTrue();
            if (!Files.exists(at.resolve("content/version"))) {
                return; // nothing had been promised yet
            }
            Store store = Store.open(at.resolve("content"));
            assertThat(new Check(store, Sample::unpack, Sample.HOST)
                            .look(CheckListener.NONE)
                            .results())
                    .extracting(Report.Result::finding)
                    .allMatch(each -> each instanceof Finding.Rest || each.equals(new Finding.DamagedNames(true)));
            Map<String, Digest> names = store.images().names();
            for (Digest root : names.values()) {
                assertThat(store.images().find(root)).isPresent();
            }
            Sample sample = new Sample("after", List.of(0, 4), 300_000);
            sample.pull(store);
            new Check(store, Sample::unpack, Sample.HOST).repair((_, _) -> sample, CheckListener.NONE);
            assertThat(new Check(store, Sample::unpack, Sample.HOST)
                            .look(CheckListener.NONE)
                            .results())
                    .isEmpty();
        }
        Files.delete(copy);
    }
}

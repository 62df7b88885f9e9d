package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.store.Images;
import dev.estiba.content.store.Store;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A power cut as disks have it: of what was written since the last flush some is there, some is not, some in part, in no order. All
 * that was promised is there: an image that had been pulled is, whole and by its name, and one that had been removed is not.
 *
 * <p>What is written is recorded once (testkit/faults/recorder); then the disk is put together as it may have been at each of many
 * moments.
 */
@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LostWritesTest {
    private static final int SIZE = 150_000;

    @TempDir
    Path directory;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final List<Promise> promises = new ArrayList<>();

    /**
     * What a caller has been told.
     *
     * @param position the log's length when he had been
     */
    private record Promise(long position, Map<String, Digest> names) {}

    @BeforeEach
    void root() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
    }

    @Test
    void whatWasPromisedIsThereWhateverTheDiskHadNotYetWritten() throws Exception {
        boolean isLong = Boolean.getBoolean("estiba.long");
        cutsOf("data=ordered", isLong ? 24 : 6, isLong ? 200 : 8);
        if (isLong) {
            cutsOf("data=writeback", 24, 200);
        }
    }

    private void cutsOf(String option, int operations, int cuts) throws Exception {
        Path recorder = FaultTool.find("recorder");
        Path memory = Files.createDirectory(directory.resolve(option.replace('=', '-')));
        try (Mounted mounted = new Mounted()) {
            assumeTrue(
                    mounted.mount("mount", "-t", "tmpfs", "-o", "size=2g", "none", memory.toString()), "needs a tmpfs");
            Path disk = memory.resolve("disk");
            Path base = memory.resolve("base");
            assumeTrue(Mounted.run("truncate", "-s", "24M", disk.toString()).isPresent(), "needs truncate");
            assumeTrue(
                    Mounted.run("mkfs.ext4", "-q", "-F", "-b", "4096", "-J", "size=4", disk.toString())
                            .isPresent(),
                    "needs mkfs.ext4");
            Files.copy(disk, base);
            Path log = memory.resolve("log");
            recorded(recorder, disk, log, option, operations);
            try (WriteLog writes = WriteLog.read(log)) {
                int unflushed = 0;
                TreeSet<Integer> moments = new TreeSet<>();
                while (moments.size() < Math.min(cuts, writes.steps().size() / 2)) {
                    moments.add(1 + random.nextInt(writes.steps().size()));
                }
                int applied = 0;
                for (int moment : moments) {
                    applied = flushed(writes, applied, moment, base);
                    List<WriteLog.Step> open = writes.steps().subList(applied, moment);
                    Path cut = memory.resolve("cut");
                    Files.copy(base, cut, StandardCopyOption.REPLACE_EXISTING);
                    try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
                        unflushed += writes.applySome(open, channel, random);
                    }
                    long position = writes.steps().get(moment - 1).end();
                    assertKept(
                            cut,
                            position,
                            "seed " + seed + ", " + option + ", after " + moment + " of "
                                    + writes.steps().size() + " steps");
                }
                System.out.println("power cuts with lost writes, " + option + ": seed " + seed + ", " + moments.size()
                        + " cuts in " + writes.steps().size() + " steps, " + unflushed + " writes lost or torn");
            }
        }
    }

    /** Applies what has been flushed before that moment; how many steps that is. */
    private static int flushed(WriteLog writes, int applied, int moment, Path base) throws IOException {
        int last = applied;
        for (int i = applied; i < moment; i++) {
            if (writes.steps().get(i).isFlush()) {
                last = i + 1;
            }
        }
        try (FileChannel channel = FileChannel.open(base, StandardOpenOption.WRITE)) {
            for (WriteLog.Step step : writes.steps().subList(applied, last)) {
                writes.apply(step, channel);
            }
        }
        return last;
    }

    private void recorded(Path recorder, Path disk, Path log, String option, int operations) throws Exception {
        Path at = Files.createDirectories(directory.resolve("at"));
        Path point = Files.createFile(disk.resolveSibling("point"));
        promises.clear();
        Process recording = new ProcessBuilder(recorder.toString(), disk.toString(), log.toString(), point.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Mounted mounted = new Mounted()) {
            boolean isReady =
                    new String(recording.getInputStream().readNBytes(6), StandardCharsets.US_ASCII).equals("ready\n");
            assumeTrue(isReady, "needs FUSE");
            mounted.isMounted(point.toString());
            Optional<String> device = mounted.loop(point.toString());
            assumeTrue(device.isPresent(), "needs a loop device");
            assumeTrue(
                    mounted.mount("mount", "-t", "ext4", "-o", "commit=1," + option, device.get(), at.toString()),
                    "needs ext4 on a loop device");
            work(Store.open(at.resolve("content")), log, operations);
        } finally {
            recording.destroy();
            assertThat(recording.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void work(Store store, Path log, int operations) throws IOException {
        Map<String, Digest> names = new TreeMap<>();
        promise(log, names);
        for (int i = 0; i < operations; i++) {
            Sample sample = new Sample("v" + i % 3, List.of(i % 5, (i + 1) % 5), SIZE);
            String name = Images.key(sample.reference());
            if (names.containsKey(name) && i % 2 == 1) {
                Digest root = names.get(name);
                store.images().change(records -> {
                    records.unname(sample.reference());
                    if (!store.images().names().containsValue(root)) {
                        records.remove(root);
                    }
                    return true;
                });
                names.remove(name);
                promise(log, names);
                store.collector().collect(Duration.ZERO);
            } else {
                names.put(name, sample.pull(store).root().digest());
                promise(log, names);
            }
        }
    }

    private void promise(Path log, Map<String, Digest> names) throws IOException {
        promises.add(new Promise(Files.size(log), Map.copyOf(names)));
    }

    private void assertKept(Path cut, long position, String where) throws Exception {
        List<Promise> made =
                promises.stream().filter(each -> each.position() <= position).toList();
        Path at = Files.createDirectories(directory.resolve("after"));
        try (Mounted mounted = new Mounted()) {
            Optional<String> device = mounted.loop(cut.toString());
            assertThat(device).as(where).isPresent();
            assertThat(mounted.mount("mount", "-t", "ext4", device.get(), at.toString()))
                    .as(where)
                    .isTrue();
            Store store = Store.open(at.resolve("content"));
            assertThat(new Check(store, Sample::unpack, Sample.HOST)
                            .look(CheckListener.NONE)
                            .results())
                    .as(where)
                    .extracting(Report.Result::finding)
                    .allMatch(each -> each instanceof Finding.Rest || each.equals(new Finding.DamagedNames(true)));
            List<Map<String, Digest>> allowed = new ArrayList<>();
            allowed.add(made.isEmpty() ? Map.of() : made.getLast().names());
            promises.stream().skip(made.size()).findFirst().ifPresent(next -> allowed.add(next.names()));
            assertThat(Map.copyOf(store.images().names())).as(where).isIn(allowed);
            Sample sample = new Sample("after", List.of(0, 4), SIZE);
            sample.pull(store);
            new Check(store, Sample::unpack, Sample.HOST).repair((_, _) -> sample, CheckListener.NONE);
            assertThat(new Check(store, Sample::unpack, Sample.HOST)
                            .look(CheckListener.NONE)
                            .results())
                    .as(where)
                    .isEmpty();
        }
    }
}

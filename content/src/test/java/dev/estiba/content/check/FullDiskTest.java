package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.store.Store;
import dev.estiba.linux.ProcessFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pull onto a file system that is full at one place after the other. */
@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FullDiskTest {
    private static final int LAYER = 120_000;

    @TempDir
    Path directory;

    @BeforeEach
    void root() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
    }

    /** Of space that ends at one place after the other, and of inodes that do. */
    @Test
    void aFullDiskIsSaidAndLeavesNothing() throws Exception {
        boolean isLong = Boolean.getBoolean("estiba.long");
        List<String> sizes = new ArrayList<>();
        for (int kilobytes = 64; kilobytes <= 900; kilobytes += isLong ? 8 : 208) {
            sizes.add("size=" + kilobytes + "k");
        }
        for (int inodes = 18; inodes <= 100; inodes += isLong ? 1 : 27) {
            sizes.add("nr_inodes=" + inodes);
        }
        int failed = 0;
        for (String size : sizes) {
            failed += isRefused(size) ? 1 : 0;
        }
        assertThat(failed).isGreaterThan(sizes.size() / 2);
    }

    private boolean isRefused(String size) throws Exception {
        Path at = Files.createDirectory(directory.resolve(size.replace('=', '-')));
        try (Mounted mounted = new Mounted()) {
            assertThat(mounted.mount("mount", "-t", "tmpfs", "-o", size + ",mode=700", "none", at.toString()))
                    .isTrue();
            Sample sample = new Sample("1", List.of(1, 2), LAYER);
            IOException failure = null;
            Store store;
            try {
                store = Store.open(at.resolve("content"));
                sample.pull(store);
            } catch (IOException e) {
                failure = e;
            }
            if (failure != null) {
                assertThat(failure.getMessage())
                        .as(size)
                        .containsAnyOf("ENOSPC", "No space left on device", "no space", "No space");
                Path names = at.resolve("content/names");
                assertThat(names).as(size).doesNotExist();
            }
            assertThat(Mounted.run("mount", "-o", "remount,size=16m,nr_inodes=10000", at.toString()))
                    .isPresent();
            store = Store.open(at.resolve("content"));
            if (failure != null) {
                assertThat(new Check(store, Sample::unpack, Sample.HOST)
                                .look(CheckListener.NONE)
                                .results())
                        .as(size)
                        .allMatch(each -> each.finding() instanceof Finding.Rest);
                store.images().change(records -> {
                    for (var root : store(at).images().roots()) {
                        records.remove(root);
                    }
                    return true;
                });
                store.collector().collect(Duration.ZERO);
                assertThat(files(at.resolve("content"))).as(size).isEmpty();
            }
            sample.pull(store);
            new Check(store, Sample::unpack, Sample.HOST).repair((_, _) -> sample, CheckListener.NONE);
            assertThat(new Check(store, Sample::unpack, Sample.HOST)
                            .look(CheckListener.NONE)
                            .results())
                    .as(size)
                    .isEmpty();
            return failure != null;
        } finally {
            Files.delete(at);
        }
    }

    private static Store store(Path at) throws IOException {
        return Store.open(at.resolve("content"));
    }

    private static List<String> files(Path content) throws IOException {
        List<String> all = new ArrayList<>();
        for (String each : List.of("blobs/sha256", "layers", "ingest", "unpacking", "trash", "leases", "images")) {
            try (Stream<Path> files = Files.list(content.resolve(each))) {
                files.forEach(file -> all.add(each + "/" + file.getFileName()));
            }
        }
        return all;
    }

    /** EROFS: said, with the path, and nothing changes. */
    @Test
    void aReadOnlyDiskIsSaid() throws Exception {
        Path at = Files.createDirectory(directory.resolve("ro"));
        try (Mounted mounted = new Mounted()) {
            assertThat(mounted.mount("mount", "-t", "tmpfs", "-o", "size=16m", "none", at.toString()))
                    .isTrue();
            Store store = Store.open(at.resolve("content"));
            assertThat(Mounted.run("mount", "-o", "remount,ro", at.toString())).isPresent();
            Sample sample = new Sample("1", List.of(1), 1000);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> sample.pull(store))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(at.toString())
                    .hasMessageContaining("EROFS");
            assertThat(Mounted.run("mount", "-o", "remount,rw", at.toString())).isPresent();
            sample.pull(store);
        } finally {
            Files.delete(at);
        }
    }
}

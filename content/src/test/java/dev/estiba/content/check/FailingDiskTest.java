package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.store.Ingest;
import dev.estiba.content.store.Intake;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.linux.Sync;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device that takes writes into the kernel's memory and then cannot keep them, as a disk that fails does: ext4 on a loop device,
 * whose file is on a tmpfs that is too small for it. write(2) succeeds; what fails is what comes later.
 */
@Tag("kernel")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FailingDiskTest {
    private static final int SIZE = 6 << 20;
    /** What Linux says of it, depending on when it hears of it. */
    private static final String[] WORDS = {
        "EIO", "Input/output error", "EROFS", "Read-only file system", "ENOSPC", "No space left on device"
    };

    @TempDir
    Path directory;

    private Path memory;
    private Path at;
    private Path disk;

    @BeforeEach
    void places() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        memory = Files.createDirectory(directory.resolve("memory"));
        at = Files.createDirectory(directory.resolve("at"));
        disk = memory.resolve("disk");
    }

    /** A disk of 64 MB, of which some are there. */
    private void device(Mounted mounted) throws Exception {
        assumeTrue(mounted.mount("mount", "-t", "tmpfs", "-o", "size=12m", "none", memory.toString()), "needs a tmpfs");
        assumeTrue(Mounted.run("truncate", "-s", "64M", disk.toString()).isPresent(), "needs truncate");
        assumeTrue(
                Mounted.run("mkfs.ext4", "-q", "-F", "-b", "4096", "-J", "size=4", disk.toString())
                        .isPresent(),
                "needs mkfs.ext4");
    }

    private void mount(Mounted mounted) throws Exception {
        Optional<String> device = mounted.loop(disk.toString());
        assumeTrue(device.isPresent(), "needs a loop device");
        assumeTrue(mounted.mount("mount", "-t", "ext4", device.get(), at.toString()), "needs ext4 on a loop device");
    }

    private Store open() throws IOException {
        return Store.open(at.resolve("content"));
    }

    private static void assertTold(Throwable failure) {
        assertThat(failure).isInstanceOf(IOException.class);
        assertThat(failure.getMessage()).containsAnyOf(WORDS);
        assertThat(failure.getMessage()).contains("content");
    }

    @Test
    void whatTheDiskHasNotKeptHasNoName() throws Exception {
        Sample small = new Sample("small", List.of(1), 1000);
        Sample large = new Sample("large", List.of(2), SIZE);
        try (Mounted mounted = new Mounted()) {
            device(mounted);
            try (Mounted first = new Mounted()) {
                mount(first);
                Store store = open();
                small.pull(store);
                assertTold(catchThrowable(() -> large.pull(store)));
                assertThat(store.images().names()).hasSize(1);
                // By now the file system may have made itself read-only.
                assertTold(catchThrowable(() -> large.pull(store)));
            }
            assertThat(Mounted.run("mount", "-o", "remount,size=100m", memory.toString()))
                    .isPresent();
            Mounted.run("e2fsck", "-fy", disk.toString());
            mount(mounted);
            Store store = open();
            Check check = new Check(store, Sample::unpack, Sample.HOST);
            assertThat(check.look(CheckListener.NONE).results())
                    .extracting(Report.Result::finding)
                    .allMatch(each -> each instanceof Finding.Rest || each.equals(new Finding.DamagedNames(true)));
            assertThat(store.images().names()).hasSize(1);
            large.pull(store);
            check.repair((_, _) -> large, CheckListener.NONE);
            assertThat(check.look(CheckListener.NONE).results()).isEmpty();
            assertThat(store.images().names()).hasSize(2);
        }
    }

    /**
     * Linux tells of a write that was lost once; whoever opens a file after somebody has been told of it hears nothing (errseq_t). Here
     * only a part of the disk fails, in which nothing of the file system's own is, and there is no journal that ends with it: all calls but that one succeed.
     */
    @Test
    void aWriteThatWasLostIsToldToItsWriterAlthoughSomebodyElseHasHeardOfIt() throws Exception {
        byte[] bytes = new byte[40 << 20];
        new Random(1).nextBytes(bytes);
        try (Mounted mounted = new Mounted()) {
            assumeTrue(
                    mounted.mount("mount", "-t", "tmpfs", "-o", "size=66m", "none", memory.toString()),
                    "needs a tmpfs");
            assumeTrue(Mounted.run("fallocate", "-l", "64M", disk.toString()).isPresent(), "needs fallocate");
            assumeTrue(
                    Mounted.run(
                                    "mkfs.ext4",
                                    "-q",
                                    "-F",
                                    "-b",
                                    "4096",
                                    "-O",
                                    "^has_journal",
                                    "-E",
                                    "nodiscard",
                                    disk.toString())
                            .isPresent(),
                    "needs mkfs.ext4");
            mount(mounted);
            Store store = open();
            assertThat(Mounted.run("fallocate", "-p", "-o", "34M", "-l", "28M", disk.toString()))
                    .isPresent();
            Mounted.run("dd", "if=/dev/zero", "of=" + memory.resolve("filler"), "bs=4096"); // until it is full
            try (Lease lease = store.lease();
                    Intake intake = store.intake(lease)) {
                Ingest ingest = intake.tryIngest(Digest.of(bytes), bytes.length).orElseThrow();
                ingest.write(bytes, 0, bytes.length);
                ingest.complete();
                try (Fd somebody = Open.absolute(at.toString(), Open.How.directory())) {
                    assertThatThrownBy(() -> Sync.fileSystem(somebody)).isInstanceOf(IOException.class);
                }
                assertTold(catchThrowable(intake::commit));
            }
            assertThat(store.blobs().has(Digest.of(bytes))).isFalse();
        }
    }
}

package dev.estiba.content.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.store.Ingest;
import dev.estiba.content.store.Intake;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CheckTest {
    @TempDir
    Path directory;

    private Store store;
    private Sample sample;
    private StoredImage image;

    @BeforeEach
    void pull() throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "needs root");
        store = Store.open(directory.resolve("content"));
        sample = new Sample("1", List.of(1, 2), 50_000);
        image = sample.pull(store);
    }

    private Report look() throws IOException {
        return new Check(store, Sample::unpack, Sample.HOST).look(CheckListener.NONE);
    }

    private Report repair() throws IOException {
        return new Check(store, Sample::unpack, Sample.HOST).repair((_, _) -> sample, CheckListener.NONE);
    }

    private StoredImage.Layer layer() {
        return image.variants().getFirst().layers().getFirst();
    }

    private Path tree() {
        return store.layers().tree(layer().diffId());
    }

    @Test
    void aWholeStoreIsClean() throws Exception {
        Report report = look();
        assertThat(report.results()).isEmpty();
        assertThat(report.isClean()).isTrue();
        assertThat(report.images()).isEqualTo(1);
        assertThat(report.blobs()).isEqualTo(4);
        assertThat(report.layers()).isEqualTo(2);
        assertThat(files("unpacking")).isEmpty();
    }

    /** In place, as a disk does it: neither size nor time change. */
    private static void flip(Path file, Random random) throws IOException {
        FileTime before = Files.getLastModifiedTime(file);
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long at = (long) (random.nextDouble() * open.length());
            open.seek(at);
            int there = open.read();
            open.seek(at);
            open.write(there ^ 1 << random.nextInt(8));
        }
        Files.setLastModifiedTime(file, before);
    }

    private List<Path> kinds() {
        StoredImage.Variant variant = image.variants().getFirst();
        Path root = directory.resolve("content");
        return List.of(
                store.blobs().path(layer().blob().digest()),
                store.blobs().path(variant.config().digest()),
                store.blobs().path(variant.manifest().digest()),
                root.resolve("images").resolve(image.root().digest().encoded()),
                root.resolve("names"),
                root.resolve("names.copy"),
                root.resolve("layers").resolve(layer().diffId().encoded()).resolve("layer"),
                tree().resolve("d1/large"),
                tree().resolve("d1/file3"));
    }

    @Test
    void aBitThatIsFlippedAnywhereIsFoundAndMended() throws Exception {
        int rounds = Boolean.getBoolean("estiba.long") ? 500 / 9 + 1 : 1;
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            for (Path file : kinds()) {
                flip(file, random);
                String told = "seed " + seed + ": " + directory.relativize(file);
                assertThat(look().results()).as(told).hasSize(1);
                assertThat(repair().isClean()).as(told).isTrue();
                assertThat(look().results()).as(told).isEmpty();
                assertThat(store.images().names()).as(told).hasSize(1);
                assertThat(store.images()
                                .find(image.root().digest())
                                .orElseThrow()
                                .repositories())
                        .as(told)
                        .containsExactly(Sample.REPOSITORY);
            }
        }
    }

    private interface Damage {
        void to(Path tree) throws IOException;
    }

    @Test
    void whateverIsWrongInALayerIsNamed() throws Exception {
        assertThat(damaged(tree -> Files.delete(tree.resolve("d1/file1")))).isEqualTo("d1/file1 is missing");
        assertThat(damaged(tree -> Files.createFile(tree.resolve("d1/more")))).isEqualTo("d1/more is not of the layer");
        assertThat(damaged(tree -> Files.write(tree.resolve("d1/file1"), new byte[0])))
                .isEqualTo("d1/file1 has 0 bytes instead of 3");
        assertThat(damaged(tree -> Files.setPosixFilePermissions(
                        tree.resolve("d1/file1"), PosixFilePermissions.fromString("rwxrwxrwx"))))
                .isEqualTo("d1/file1 has the permissions 777 instead of 644");
        assertThat(damaged(tree -> Files.setAttribute(tree.resolve("d1"), "unix:uid", 7)))
                .isEqualTo("d1 belongs to 7:0 instead of 0:0");
        assertThat(damaged(tree -> Files.setLastModifiedTime(tree.resolve("d1/file1"), FileTime.fromMillis(0))))
                .startsWith("d1/file1 was changed at 1970-01-01T00:00:00Z instead of 2001");
        assertThat(damaged(tree -> Files.setAttribute(tree.resolve("d1/file1"), "user:a", new byte[] {1})))
                .isEqualTo("d1/file1 has 1 extended attributes instead of 0");
        assertThat(damaged(tree -> {
                    Files.delete(tree.resolve("d1/link"));
                    Files.createSymbolicLink(tree.resolve("d1/link"), Path.of("small"));
                }))
                .startsWith("d1/link was changed at ");
        assertThat(damaged(tree -> Files.delete(tree.resolve("d1/hard")))).isEqualTo("d1/hard is missing");
        assertThat(damaged(tree -> Files.delete(tree.resolve("implied1/file")))).isEqualTo("implied1/file is missing");
    }

    private String damaged(Damage damage) throws IOException {
        damage.to(tree());
        List<String> whys = new ArrayList<>();
        for (Report.Result result : look().results()) {
            Finding.DamagedLayer finding = (Finding.DamagedLayer) result.finding();
            assertThat(finding.diffId()).isEqualTo(layer().diffId());
            whys.add(finding.why().replace("\"", ""));
        }
        assertThat(whys).hasSize(1);
        assertThat(repair().isClean()).isTrue();
        assertThat(look().results()).isEmpty();
        return whys.getFirst();
    }

    @Test
    void aLayerOfAContainerIsLeftAlone() throws Exception {
        Path file = tree().resolve("d1/file1");
        store.pins().pin("c1", image.root().digest());
        Files.write(file, new byte[3]);
        Report report = repair();
        assertThat(report.isClean()).isFalse();
        assertThat(report.results().getFirst().outcome())
                .isEqualTo(new Outcome.Left("it is in use by container c1: remove what uses it"
                        + " ('estiba rm CONTAINER'), then 'estiba system check --repair'"));
        assertThat(file).hasBinaryContent(new byte[3]);
        store.pins().unpin("c1");
        assertThat(repair().isClean()).isTrue();
        assertThat(file).hasContent("1 1");
    }

    @Test
    void whatSomebodyIsAtWorkWithIsLeftAlone() throws Exception {
        Files.write(tree().resolve("d1/file1"), new byte[3]);
        try (Lease lease = store.lease()) {
            lease.protect(layer().diffId());
            assertThat(repair().results().getFirst().outcome().toString()).contains("somebody at work");
        }
        assertThat(repair().isClean()).isTrue();
    }

    @Test
    void whatCannotBeBroughtAgainIsBroughtByTheNextPull() throws Exception {
        Digest blob = layer().blob().digest();
        flip(store.blobs().path(blob), new Random(1));
        sample.go();
        Report report = repair();
        assertThat(report.results()).hasSize(1);
        assertThat(report.results().getFirst().outcome())
                .isEqualTo(new Outcome.Left("it could not be brought again (" + Sample.REPOSITORY
                        + ": connection refused): 'estiba pull " + Sample.REPOSITORY + ":1' when it can be reached"));
        assertThat(look().results())
                .extracting(Report.Result::finding)
                .containsExactly(new Finding.MissingBlob(blob, image.root().digest()));
        sample = new Sample("1", List.of(1, 2), 50_000);
        sample.pull(store);
        assertThat(sample.asks(blob)).isEqualTo(1);
        assertThat(look().isClean()).isTrue();
    }

    @Test
    void onlyWhatIsDamagedIsBroughtAgain() throws Exception {
        Digest blob = layer().blob().digest();
        flip(store.blobs().path(blob), new Random(2));
        sample = new Sample("1", List.of(1, 2), 50_000);
        assertThat(repair().isClean()).isTrue();
        assertThat(sample.asks(blob)).isEqualTo(1);
        assertThat(sample.asks(
                        image.variants().getFirst().layers().get(1).blob().digest()))
                .isZero();
    }

    @Test
    void namesThatAreLostTwiceAreSaidToBe() throws Exception {
        Path root = directory.resolve("content");
        Files.write(root.resolve("names"), new byte[10]);
        Files.write(root.resolve("names.copy"), new byte[10]);
        Report report = repair();
        assertThat(report.isClean()).isFalse();
        assertThat(report.results().getFirst().outcome().toString()).contains("'estiba tag ID NAME'");
        assertThat(store.images().names()).isEmpty();
        assertThat(look().isClean()).isTrue();
        sample.pull(store);
        assertThat(store.images().names()).hasSize(1);
    }

    @Test
    void aLostRecordIsMadeAnewOfTheManifest() throws Exception {
        Files.delete(directory
                .resolve("content/images")
                .resolve(image.root().digest().encoded()));
        assertThat(look().results())
                .extracting(Report.Result::finding)
                .containsExactly(new Finding.LostImage(
                        Sample.REPOSITORY + ":1", image.root().digest()));
        assertThat(repair().isClean()).isTrue();
        assertThat(store.images().find(image.root().digest()).orElseThrow().variants())
                .isEqualTo(image.variants());
    }

    @Test
    void aDamagedRecordIsInNoPullsWay() throws Exception {
        Path record = directory
                .resolve("content/images")
                .resolve(image.root().digest().encoded());
        Files.write(record, new byte[10]);
        sample.pull(store);
        assertThat(look().results()).isEmpty();
    }

    @Test
    void whatNobodyIsAtIsARest() throws Exception {
        Path root = directory.resolve("content");
        Files.write(root.resolve("ingest/sha256-" + "0".repeat(64)), new byte[10]);
        Files.createDirectories(root.resolve("unpacking/" + "1".repeat(64) + "/tree/a"));
        Files.createDirectories(root.resolve("trash/layer-" + "2".repeat(64) + "/tree/a"));
        Files.write(root.resolve("leases/dead"), new byte[0]);
        Files.write(root.resolve("names.new"), new byte[1]);
        byte[] coming = {1, 2, 3};
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Ingest ingest = intake.tryIngest(Digest.of(coming), 3).orElseThrow();
            ingest.write(coming, 0, 1);
            assertThat(look().results()).hasSize(5);
            Report report = repair();
            assertThat(report.results()).hasSize(5);
            assertThat(report.isClean()).isTrue();
            ingest.write(coming, 1, 2);
            ingest.complete();
            intake.commit();
        }
        assertThat(look().results()).isEmpty();
    }

    private List<String> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("content").resolve(name))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}

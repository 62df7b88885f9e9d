package dev.estiba.content.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    @TempDir
    Path directory;

    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(directory.resolve("content"));
    }

    private static byte[] bytes(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void put(Lease lease, byte[] bytes) throws IOException {
        try (Intake intake = store.intake(lease)) {
            intake.put(Digest.of(bytes), bytes);
            intake.commit();
        }
    }

    private static Ingest begin(Intake intake, byte[] bytes) throws IOException {
        return intake.tryIngest(Digest.of(bytes), bytes.length).orElseThrow();
    }

    @Test
    void aBlobHasNoNameBeforeTheCommit() throws Exception {
        byte[] bytes = bytes(1, 100_000);
        Digest digest = Digest.of(bytes);
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Ingest ingest = begin(intake, bytes);
            ingest.write(bytes, 0, bytes.length);
            ingest.complete();
            assertThat(store.blobs().has(digest)).isFalse();
            intake.commit();
            assertThat(store.blobs().has(digest)).isTrue();
            try (InputStream in = store.blobs().open(digest, 70_000)) {
                assertThat(in.readAllBytes()).hasSize(30_000);
            }
            assertThat(store.blobs().size(digest)).hasValue(100_000);
            assertThat(Files.getPosixFilePermissions(store.blobs().path(digest)).toString())
                    .doesNotContain("WRITE");
        }
        assertThat(files("ingest")).isEmpty();
        assertThat(files("leases")).isEmpty();
    }

    @Test
    void aCatalogueHasWhatOthersHaveChanged() throws Exception {
        Catalogue catalogue = store.catalogue();
        assertThat(catalogue.images()).isEmpty();
        StoredImage image;
        try (Lease lease = store.lease()) {
            image = image(lease, 40);
        }
        Digest root = image.root().digest();
        assertThat(catalogue.names()).isEmpty();
        assertThat(catalogue.size(root)).isEmpty();
        Store other = Store.open(store.root());
        for (int i = 0; i < 3; i++) { // each time one of the same inode may take the place of the last one
            Reference name = Reference.parse("example.com/name:" + i);
            StoredImage now = image.withRepository("example.com/name" + i);
            other.images().change(records -> {
                records.write(now);
                return records.name(name, root);
            });
            assertThat(catalogue.images())
                    .singleElement()
                    .satisfies(each -> assertThat(each.image()).isEqualTo(now));
            assertThat(catalogue.names()).hasSize(i + 1).containsEntry("example.com/name:" + i, root);
        }
        Files.setLastModifiedTime(other.images().path(root), FileTime.from(Instant.EPOCH));
        assertThat(catalogue.find(root).orElseThrow().lastUsed()).isEqualTo(Instant.EPOCH);
        other.images().use(root);
        assertThat(catalogue.find(root).orElseThrow().lastUsed()).isAfter(Instant.EPOCH);
        Files.write(other.images().path(root), new byte[] {'x'});
        assertThatThrownBy(() -> catalogue.find(root)).isInstanceOf(DamagedRecord.class);
        other.images().change(records -> {
            records.remove(root);
            return 0;
        });
        assertThat(catalogue.images()).isEmpty();
    }

    @Test
    void aBlobIsGoneOnWithWhereItEnded() throws Exception {
        byte[] bytes = bytes(2, 100_000);
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            begin(intake, bytes).write(bytes, 0, 60_000);
        }
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Ingest ingest = begin(intake, bytes);
            assertThat(ingest.offset()).isEqualTo(60_000);
            assertThat(ingest.isResumed()).isTrue();
            ingest.write(bytes, 60_000, 40_000);
            ingest.complete();
            intake.commit();
        }
        assertThat(store.blobs().has(Digest.of(bytes))).isTrue();
    }

    @Test
    void whatIsNotWhatItsDigestNamesIsThrownAway() throws Exception {
        byte[] bytes = bytes(3, 1000);
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Ingest ingest = begin(intake, bytes);
            assertThatThrownBy(() -> ingest.write(bytes(4, 1001), 0, 1001))
                    .isInstanceOf(ContentMismatch.class)
                    .hasMessageContaining("more than the 1000 bytes");
            ingest.write(bytes(4, 1000), 0, 999);
            assertThatThrownBy(ingest::complete)
                    .isInstanceOf(ContentMismatch.class)
                    .hasMessageContaining("has 999 bytes");
            ingest.write(bytes, 0, 1);
            assertThatThrownBy(ingest::complete)
                    .isInstanceOf(ContentMismatch.class)
                    .hasMessageContaining("has the digest sha256:");
            intake.commit();
        }
        assertThat(store.blobs().has(Digest.of(bytes))).isFalse();
        assertThat(files("ingest")).isEmpty();
    }

    @Test
    void whatGrowsIsFollowed() throws Exception {
        byte[] bytes = bytes(5, 3_000_000);
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Ingest ingest = begin(intake, bytes);
            CompletableFuture<Digest> seen = CompletableFuture.supplyAsync(() -> {
                try (InputStream in = ingest.follow()) {
                    return Digest.of(in.readAllBytes());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int at = 0; at < bytes.length; at += 100_000) {
                ingest.write(bytes, at, 100_000);
            }
            ingest.complete();
            assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo(Digest.of(bytes));
        }
    }

    @Test
    void whoFollowsHearsOfTheFailure() throws Exception {
        byte[] bytes = bytes(6, 1000);
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Ingest ingest = begin(intake, bytes);
            ingest.write(bytes, 0, 500);
            CompletableFuture<byte[]> seen = CompletableFuture.supplyAsync(() -> {
                try (InputStream in = ingest.follow()) {
                    return in.readAllBytes();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            ingest.fail(new IOException("the line is dead"));
            assertThatThrownBy(() -> seen.get(60, TimeUnit.SECONDS)).hasMessageContaining("the line is dead");
        }
    }

    @Test
    void onlyOneBringsABlob() throws Exception {
        byte[] bytes = bytes(7, 1000);
        try (Lease lease = store.lease();
                Intake first = store.intake(lease);
                Intake second = store.intake(lease)) {
            Ingest ingest = begin(first, bytes);
            assertThat(second.tryIngest(Digest.of(bytes), 1000)).isEmpty();
            ingest.write(bytes, 0, 1000);
            ingest.complete();
            first.commit();
            assertThat(second.tryIngest(Digest.of(bytes), 1000))
                    .as("it is there")
                    .isEmpty();
        }
        assertThat(files("ingest")).isEmpty();
    }

    @Test
    void aLayerIsThereWholeOrNotAtAll() throws Exception {
        Digest diffId = Digest.of(bytes(8, 10));
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Unpacking unpacking = intake.tryUnpack(diffId).orElseThrow();
            Files.writeString(Path.of(unpacking.tree().procPath()).resolve("file"), "text");
            assertThat(store.layers().has(diffId)).isFalse();
        }
        assertThat(files("unpacking")).isEmpty();
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            Unpacking unpacking = intake.tryUnpack(diffId).orElseThrow();
            Files.writeString(Path.of(unpacking.tree().procPath()).resolve("file"), "text");
            unpacking.complete(new Layers.Size(4, 1));
            intake.commit();
            assertThat(intake.tryUnpack(diffId)).isEmpty();
        }
        assertThat(store.layers().tree(diffId).resolve("file")).hasContent("text");
        assertThat(store.layers().size(diffId)).contains(new Layers.Size(4, 1));
        assertThat(files("unpacking")).isEmpty();
    }

    private StoredImage image(Lease lease, int seed) throws IOException {
        List<Descriptor> parts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] part = bytes(seed + i, 100);
            put(lease, part);
            parts.add(Descriptor.of(MediaTypes.MANIFEST, Digest.of(part), part.length));
        }
        Digest diffId = Digest.of(bytes(seed + 3, 100));
        try (Intake intake = store.intake(lease)) {
            Optional<Unpacking> unpacking = intake.tryUnpack(diffId);
            if (unpacking.isPresent()) {
                unpacking.get().complete(new Layers.Size(1, 1));
                intake.commit();
            }
        }
        StoredImage.Variant variant = new StoredImage.Variant(
                parts.get(0),
                parts.get(1),
                Platform.of("linux", "amd64"),
                Optional.of("2026-01-01T00:00:00Z"),
                Map.of("a", "b"),
                List.of(new StoredImage.Layer(parts.get(2), diffId)));
        return new StoredImage(
                parts.get(0),
                "2026-01-02T00:00:00Z",
                new TreeSet<>(List.of("docker.io/a")),
                List.of(variant),
                false,
                List.of());
    }

    @Test
    void recordsAndNamesComeBack() throws Exception {
        Reference name = Reference.parse("localhost:5000/a/b:c");
        try (Lease lease = store.lease()) {
            StoredImage image = image(lease, 10);
            store.images().change(records -> {
                records.store(image);
                records.name(name, image.root().digest());
                return image;
            });
            assertThat(store.images().all()).containsExactly(image);
            assertThat(store.images().names())
                    .containsExactly(
                            Map.entry("localhost:5000/a/b:c", image.root().digest()));
            store.images().change(records -> records.store(image.withRepository("x.org/y")));
            assertThat(store.images().find(image.root().digest()).orElseThrow().repositories())
                    .containsExactly("docker.io/a", "x.org/y");
            assertThat(store.images().<Boolean>change(records -> records.unname(name)))
                    .isTrue();
            assertThat(store.images().<Boolean>change(records -> records.unname(name)))
                    .isFalse();
        }
    }

    @Test
    void aDamagedRecordIsSaidToBe() throws Exception {
        try (Lease lease = store.lease()) {
            StoredImage image = image(lease, 20);
            store.images().change(records -> records.store(image));
            Path record =
                    directory.resolve("content/images/" + image.root().digest().encoded());
            byte[] rotten = Files.readAllBytes(record);
            rotten[rotten.length / 2] ^= 1;
            Files.write(record, rotten);
            assertThatThrownBy(() -> store.images().all())
                    .isInstanceOf(DamagedRecord.class)
                    .hasMessageContaining("is damaged");
        }
    }

    @Test
    void whatNobodyNamesIsCollected() throws Exception {
        StoredImage kept;
        StoredImage gone;
        try (Lease lease = store.lease()) {
            kept = image(lease, 30);
            gone = image(lease, 40);
            store.images().change(records -> records.store(kept));
            Collector.Collected none = store.collector().collect(Duration.ZERO);
            assertThat(none.blobs()).as("protected by the lease").isEmpty();
        }
        Collector.Collected collected = store.collector().collect(Duration.ZERO);
        assertThat(collected.blobs()).hasSize(3);
        assertThat(collected.layers())
                .containsExactly(gone.variants().getFirst().layers().getFirst().diffId());
        assertThat(collected.bytes()).isEqualTo(301);
        assertThat(store.blobs().all()).hasSize(3);
        assertThat(store.layers().all()).hasSize(1);
        assertThat(files("trash")).isEmpty();
        assertThat(kept.id()).isEqualTo(kept.variants().getFirst().config().digest());
    }

    @Test
    void aDroppedImageStaysForItsPins() throws Exception {
        StoredImage image;
        try (Lease lease = store.lease()) {
            image = image(lease, 50);
            store.images().change(records -> records.store(image));
            store.pins().pin("container", image.root().digest());
            store.pins().pin("container", image.root().digest());
        }
        store.images().change(records -> {
            records.write(image.withDropped(true));
            return image;
        });
        assertThat(store.collector().collect(Duration.ZERO).blobs()).isEmpty();
        store.pins().unpin("container");
        assertThat(store.collector().collect(Duration.ZERO).blobs()).hasSize(3);
        assertThat(store.images().all()).isEmpty();
    }

    @Test
    void aPinGoesWithItsHolderButNotBeforeThereIsOne() throws Exception {
        try (Lease lease = store.lease()) {
            StoredImage image = image(lease, 80);
            store.images().change(records -> records.store(image));
            store.pins().pin("lives", image.root().digest());
            store.pins().pin("gone", image.root().digest());
        }
        store.pins().sweep("lives"::equals, Duration.ofHours(1));
        assertThat(store.pins().all()).containsOnlyKeys("gone", "lives");
        store.pins().sweep("lives"::equals, Duration.ofSeconds(-1));
        assertThat(store.pins().all()).containsOnlyKeys("lives");
    }

    @Test
    void aBeginningStaysForAsLongAsIsSaid() throws Exception {
        byte[] bytes = bytes(60, 1000);
        try (Lease lease = store.lease();
                Intake intake = store.intake(lease)) {
            begin(intake, bytes).write(bytes, 0, 500);
            store.collector().collect(Duration.ZERO);
            assertThat(files("ingest")).as("somebody is at it").hasSize(1);
        }
        store.collector().collect(Duration.ofDays(1));
        assertThat(files("ingest")).hasSize(1);
        store.collector().collect(Duration.ZERO);
        assertThat(files("ingest")).isEmpty();
    }

    /** Many bring the same few blobs, collect and read at the same time: what was committed under a lease is there. */
    @Test
    void collectionsAndIntakesDoNotMeet() throws Exception {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            int seed = worker;
            all.add(CompletableFuture.runAsync(() -> {
                Random random = new Random(seed);
                for (int i = 0; i < 40; i++) {
                    try (Lease lease = store.lease()) {
                        byte[] bytes = bytes(100 + random.nextInt(5), 5000);
                        put(lease, bytes);
                        if (!store.blobs().has(Digest.of(bytes))) {
                            throw new AssertionError("a blob under a lease is gone");
                        }
                        if (random.nextInt(3) == 0) {
                            store.collector().collect(Duration.ZERO);
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }));
        }
        for (CompletableFuture<Void> each : all) {
            each.get(120, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStoreOfALaterVersionIsRefused() throws Exception {
        Files.writeString(directory.resolve("content/version"), "2\n", StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> Store.open(directory.resolve("content")))
                .hasMessageContaining("is of version 2, which another build");
    }

    private List<Path> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("content").resolve(name))) {
            return files.toList();
        }
    }

    @Test
    void severalMayBeTheFirstToOpenIt() throws Exception {
        for (int round = 0; round < 3; round++) {
            Path fresh = directory.resolve("fresh" + round);
            List<CompletableFuture<Store>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        return Store.open(fresh);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }));
            }
            for (CompletableFuture<Store> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
            assertThat(fresh.resolve("version")).hasContent("1");
        }
    }

    @Test
    void aDocumentsRottenBeginningIsInNobodysWay() throws Exception {
        byte[] bytes = bytes(31, 1000);
        Digest digest = Digest.of(bytes);
        Files.write(directory.resolve("content/ingest/sha256-" + digest.encoded()), new byte[1000]);
        try (Lease lease = store.lease()) {
            put(lease, bytes);
        }
        assertThat(store.blobs().path(digest)).hasBinaryContent(bytes);
    }

    @Test
    void aBlobThatHasRottenIsSaidToBeDamaged() throws Exception {
        byte[] bytes = bytes(32, 1000);
        try (Lease lease = store.lease()) {
            put(lease, bytes);
        }
        Path file = store.blobs().path(Digest.of(bytes));
        Files.delete(file);
        Files.write(file, bytes(33, 1000));
        Descriptor descriptor = Descriptor.of(MediaTypes.CONFIG, Digest.of(bytes), 1000);
        assertThatThrownBy(() -> store.blobs().document(descriptor))
                .isInstanceOf(DamagedBlob.class)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("estiba system check --repair");
    }

    @Test
    void layersAreBegunAndNamedByManyAtOnce() throws Exception {
        Digest layer = Digest.of(bytes(34, 10));
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return unpackings(layer);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }));
        }
        int began = 0;
        for (CompletableFuture<Integer> each : all) {
            began += each.get(60, TimeUnit.SECONDS);
        }
        assertThat(began).as("begun and given up").isPositive();
        assertThat(files("unpacking")).isEmpty();
    }

    /** Begins the same layer often, and gives it up: who comes in that moment finds a directory that goes. */
    private int unpackings(Digest layer) throws IOException {
        int began = 0;
        try (Lease lease = store.lease()) {
            for (int i = 0; i < 50; i++) {
                try (Intake intake = store.intake(lease)) {
                    began += intake.tryUnpack(layer).isPresent() ? 1 : 0;
                }
            }
        }
        return began;
    }
}

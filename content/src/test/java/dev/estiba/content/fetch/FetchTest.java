package dev.estiba.content.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NoMatchingPlatform;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a place in memory, whose layers are not packed, and an unpacker that makes one file of each. */
class FetchTest {
    private static final Platform HOST = Platform.of("linux", "amd64");
    private static final Reference NAME = Reference.parse("localhost:5000/a:1");

    @TempDir
    Path directory;

    private Store store;
    private final Place place = new Place();

    @BeforeEach
    void open() throws IOException {
        store = Store.open(directory.resolve("content"));
    }

    /** A place that counts what it is asked for, and breaks off where it is told to. */
    private static final class Place implements ImageSource {
        final Map<Digest, byte[]> content = new ConcurrentHashMap<>();
        final Map<Digest, AtomicInteger> asked = new ConcurrentHashMap<>();
        final Map<Digest, Long> offsets = new ConcurrentHashMap<>();
        final Map<Digest, Integer> breaksAt = new ConcurrentHashMap<>();
        final Map<Digest, CompletableFuture<Boolean>> stalls = new ConcurrentHashMap<>();
        final Map<Digest, List<Descriptor>> said = new ConcurrentHashMap<>();
        Document root = Document.of(MediaTypes.MANIFEST, new byte[0]);

        Descriptor add(String type, byte[] bytes) {
            Digest digest = Digest.of(bytes);
            content.put(digest, bytes);
            return Descriptor.of(type, digest, bytes.length);
        }

        @Override
        public String name() {
            return "the place";
        }

        /** Puts something that says something of that one. */
        Descriptor say(Descriptor subject, String what) {
            Descriptor config = add(MediaTypes.EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
            Descriptor part = add("text/plain", what.getBytes(StandardCharsets.UTF_8));
            Descriptor said = add(
                    MediaTypes.MANIFEST,
                    ImageWriter.write(new Manifest(
                            Optional.of(MediaTypes.MANIFEST),
                            Optional.of("application/x-said"),
                            config,
                            List.of(part),
                            Optional.of(subject),
                            Map.of("long", "x".repeat(1000)))));
            this.said.computeIfAbsent(subject.digest(), _ -> new ArrayList<>()).add(said);
            return said;
        }

        @Override
        public List<Descriptor> referrers(Digest subject) {
            return said.getOrDefault(subject, List.of());
        }

        @Override
        public Document root() {
            return root;
        }

        @Override
        public Document document(Descriptor descriptor) throws IOException {
            return Document.verified(descriptor, found(descriptor));
        }

        private byte[] found(Descriptor descriptor) throws NotThere {
            byte[] bytes = content.get(descriptor.digest());
            if (bytes == null) {
                throw new NotThere(descriptor.digest() + " is not in the place");
            }
            return bytes;
        }

        @Override
        public InputStream blob(Descriptor descriptor, long offset) throws IOException {
            byte[] bytes = found(descriptor);
            asked.computeIfAbsent(descriptor.digest(), _ -> new AtomicInteger()).incrementAndGet();
            offsets.put(descriptor.digest(), offset);
            InputStream all = new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
            CompletableFuture<Boolean> waits = stalls.get(descriptor.digest());
            if (waits != null) {
                waits.complete(true);
                try {
                    new CompletableFuture<Boolean>().get();
                } catch (InterruptedException | ExecutionException e) {
                    throw new InterruptedIOException("interrupted");
                }
            }
            Integer end = breaksAt.remove(descriptor.digest());
            return end == null ? all : new Broken(all, end - (int) offset);
        }

        int asks(Digest digest) {
            return asked.getOrDefault(digest, new AtomicInteger()).get();
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private static final class Broken extends FilterInputStream {
        private int left;

        Broken(InputStream in, int left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new IOException("the line is dead");
            }
            int n = in.read(bytes, offset, Math.min(length, left));
            left -= n;
            return n;
        }
    }

    private static Layers.Size unpack(InputStream packed, Fd tree, Digest diffId) throws IOException {
        MessageDigest hash = Digest.Algorithm.SHA256.hash();
        Path file = Path.of(tree.procPath()).resolve("file");
        try (DigestInputStream in = new DigestInputStream(packed, hash)) {
            Files.copy(in, file);
        }
        Digest found = Digest.of(Digest.Algorithm.SHA256, hash);
        if (!found.equals(diffId)) {
            throw ContentMismatch.digest(diffId, found);
        }
        return new Layers.Size(Files.size(file), 1);
    }

    private static byte[] bytes(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Descriptor image(Platform platform, List<byte[]> layers, List<Digest> diffIds) {
        List<Descriptor> blobs =
                layers.stream().map(each -> place.add(MediaTypes.LAYER, each)).toList();
        Descriptor config = place.add(
                MediaTypes.CONFIG,
                ImageWriter.write(new ImageConfig(
                        Optional.of("2026-01-01T00:00:00Z"),
                        Optional.empty(),
                        platform,
                        ImageConfig.Execution.NOTHING,
                        diffIds,
                        List.of())));
        byte[] manifest = ImageWriter.write(new Manifest(
                Optional.of(MediaTypes.MANIFEST), Optional.empty(), config, blobs, Optional.empty(), Map.of()));
        return place.add(MediaTypes.MANIFEST, manifest);
    }

    private List<byte[]> image(int count, int size) {
        List<byte[]> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            layers.add(bytes(i, size));
        }
        Descriptor manifest =
                image(HOST, layers, layers.stream().map(Digest::of).toList());
        place.root = new Document(manifest, place.content.get(manifest.digest()));
        return layers;
    }

    private Fetch.Fetched fetch() throws IOException {
        return fetch(new Selection.Best(HOST));
    }

    private Fetch.Fetched fetch(Selection selection) throws IOException {
        FetchOptions options =
                new FetchOptions(selection, HOST, Optional.of(NAME), Optional.of("localhost:5000/a"), true);
        try (Lease lease = store.lease()) {
            return new Fetch(store, FetchTest::unpack).fetch(place, options, lease, TransferListener.NONE);
        }
    }

    @Test
    void allOfItIsThereOnce() throws Exception {
        List<byte[]> layers = image(9, 300_000);
        Fetch.Fetched fetched = fetch();
        assertThat(fetched.changed()).isTrue();
        for (byte[] layer : layers) {
            assertThat(store.blobs().has(Digest.of(layer))).isTrue();
            assertThat(store.layers().tree(Digest.of(layer)).resolve("file")).hasBinaryContent(layer);
        }
        assertThat(store.images().names().values())
                .containsExactly(fetched.image().root().digest());
        place.asked.clear();
        assertThat(fetch().changed()).isFalse();
        assertThat(place.asked).isEmpty();
        assertThat(rests()).isEmpty();
    }

    private Fetch.Fetched fetchWithReferrers() throws IOException {
        FetchOptions options = new FetchOptions(
                        new Selection.Best(HOST), HOST, Optional.of(NAME), Optional.of("localhost:5000/a"), true)
                .withReferrers(true);
        try (Lease lease = store.lease()) {
            return new Fetch(store, FetchTest::unpack).fetch(place, options, lease, TransferListener.NONE);
        }
    }

    @Test
    void whatSaysSomethingOfItComesWhenItIsAskedFor() throws Exception {
        image(1, 1000);
        Descriptor image = place.root.descriptor();
        Descriptor signature = place.say(image, "signature");
        Descriptor ofThat = place.say(signature, "signature of the signature");
        assertThat(fetch().image().referrers()).isEmpty();
        assertThat(store.blobs().has(signature.digest())).isFalse();
        List<StoredImage.Referrer> brought = fetchWithReferrers().image().referrers();
        assertThat(brought)
                .extracting(each -> each.manifest().digest())
                .containsExactly(signature.digest(), ofThat.digest());
        assertThat(brought)
                .extracting(StoredImage.Referrer::subject)
                .containsExactly(image.digest(), signature.digest());
        assertThat(brought.getFirst().manifest().artifactType()).contains("application/x-said");
        assertThat(brought.getFirst().parts()).hasSize(2);
        StoredImage kept = fetch().image();
        assertThat(kept.referrers()).as("of another pull without them").isEqualTo(brought);
        assertThat(store.images().all()).containsExactly(kept);
        assertThat(store.collector().collect(Duration.ZERO).blobs()).isEmpty();
        Store other = Store.open(directory.resolve("other"));
        try (Lease lease = other.lease();
                StoreTarget target = new StoreTarget(other, lease, HOST, List.of(NAME))) {
            ImageCopy.copy(
                    StoreSource.of(store, "a", kept),
                    target,
                    new CopyOptions(new Selection.All(), true),
                    TransferListener.NONE);
            assertThat(target.stored().referrers()).containsExactlyInAnyOrderElementsOf(brought);
        }
    }

    @Test
    void anImageWhoseReferrersAreNotWholeIsNotNamed() throws Exception {
        image(1, 1000);
        place.say(place.root.descriptor(), "signature");
        place.content.remove(Digest.of("signature".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(this::fetchWithReferrers).isInstanceOf(NotThere.class);
        assertThat(store.images().names()).isEmpty();
        assertThat(store.images().all()).isEmpty();
        assertThat(fetch().changed()).isTrue();
    }

    @Test
    void moreReferrersThanARecordHoldsAreRefused() throws Exception {
        image(1, 10);
        for (int i = 0; i <= 1000; i++) {
            place.say(place.root.descriptor(), "signature " + i);
        }
        assertThatThrownBy(this::fetchWithReferrers)
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("1001 documents say something of the image");
        assertThat(store.images().names()).isEmpty();
    }

    @Test
    void whatBreaksOffHasNoNameAndIsGoneOnWith() throws Exception {
        List<byte[]> layers = image(3, 1_000_000);
        Digest broken = Digest.of(layers.get(1));
        place.breaksAt.put(broken, 400_000);
        assertThatThrownBy(this::fetch).hasMessageContaining("the line is dead");
        assertThat(store.images().names()).isEmpty();
        assertThat(store.images().all()).isEmpty();
        assertThat(store.layers().has(broken)).isFalse();
        fetch();
        assertThat(place.offsets.get(broken)).isEqualTo(400_000);
        assertThat(store.layers().tree(broken).resolve("file")).hasBinaryContent(layers.get(1));
    }

    @Test
    void aRottenBeginningIsBegunAgain() throws Exception {
        List<byte[]> layers = image(2, 1_000_000);
        Digest broken = Digest.of(layers.get(1));
        place.breaksAt.put(broken, 400_000);
        assertThatThrownBy(this::fetch).hasMessageContaining("the line is dead");
        Path rest = directory.resolve("content/ingest/sha256-" + broken.encoded());
        Files.write(rest, new byte[1000], StandardOpenOption.WRITE); // as a power cut leaves it
        fetch();
        assertThat(place.asks(broken)).isEqualTo(3);
        assertThat(store.layers().tree(broken).resolve("file")).hasBinaryContent(layers.get(1));
    }

    /** As a real unpacker does, it fails at the first wrong byte, long before the digest is known. */
    @Test
    void aRottenBeginningThatCannotBeUnpackedIsBegunAgain() throws Exception {
        List<byte[]> layers = image(1, 1_000_000);
        Digest broken = Digest.of(layers.getFirst());
        place.breaksAt.put(broken, 400_000);
        assertThatThrownBy(this::fetch).hasMessageContaining("the line is dead");
        Path rest = directory.resolve("content/ingest/sha256-" + broken.encoded());
        Files.write(rest, new byte[1000], StandardOpenOption.WRITE);
        FetchOptions options = new FetchOptions(
                new Selection.Best(HOST), HOST, Optional.of(NAME), Optional.of("localhost:5000/a"), true);
        AtomicInteger refused = new AtomicInteger();
        try (Lease lease = store.lease()) {
            new Fetch(store, (packed, tree, diffId) -> {
                        byte[] beginning = packed.readNBytes(16);
                        if (Arrays.equals(beginning, new byte[16])) {
                            refused.incrementAndGet();
                            throw new IOException("no layer begins with zeros");
                        }
                        return unpack(
                                new SequenceInputStream(new ByteArrayInputStream(beginning), packed), tree, diffId);
                    })
                    .fetch(place, options, lease, TransferListener.NONE);
        }
        assertThat(refused).hasValueLessThanOrEqualTo(1);
        assertThat(store.layers().tree(broken).resolve("file")).hasBinaryContent(layers.getFirst());
        assertThat(rests()).isEmpty();
    }

    @Test
    void aLayerThatIsNotWhatTheConfigurationNamesIsRefused() throws Exception {
        byte[] layer = bytes(1, 1000);
        Descriptor manifest = image(HOST, List.of(layer), List.of(Digest.of(bytes(2, 10))));
        place.root = new Document(manifest, place.content.get(manifest.digest()));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(ContentMismatch.class)
                .hasMessageContaining("has the digest " + Digest.of(layer));
        assertThat(store.images().names()).isEmpty();
        assertThat(store.layers().all()).isEmpty();
        assertThat(rests()).noneMatch(each -> each.startsWith("unpacking"));
    }

    @Test
    void aManifestAndAConfigurationThatDisagreeAreRefused() throws Exception {
        Descriptor manifest = image(HOST, List.of(bytes(1, 10)), List.of());
        place.root = new Document(manifest, place.content.get(manifest.digest()));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("the manifest has 1 layers, and its configuration has 0");
        assertThat(store.blobs().all()).isEmpty();
    }

    private void index(List<Platform> platforms) {
        List<Descriptor> entries = new ArrayList<>();
        for (Platform platform : platforms) {
            byte[] layer = bytes(platform.hashCode(), 1000);
            entries.add(
                    image(platform, List.of(layer), List.of(Digest.of(layer))).withPlatform(platform));
        }
        byte[] index = ImageWriter.write(
                new Index(Optional.of(MediaTypes.INDEX), Optional.empty(), entries, Optional.empty(), Map.of()));
        place.root = new Document(place.add(MediaTypes.INDEX, index), index);
    }

    @Test
    void ofAnIndexThisMachinesManifestIsBrought() throws Exception {
        Platform arm = Platform.of("linux", "arm64");
        index(List.of(arm, HOST));
        StoredImage image = fetch().image();
        assertThat(image.root()).isEqualTo(place.root.descriptor());
        assertThat(image.variants()).hasSize(1);
        assertThat(image.variants().getFirst().platform()).isEqualTo(HOST);
        StoredImage both = fetch(new Selection.All()).image();
        assertThat(both.variants()).hasSize(2);
        assertThat(both.id()).isEqualTo(image.id());
        assertThat(store.layers().all()).as("of others nothing is unpacked").hasSize(1);
        assertThat(fetch(new Selection.These(List.of(arm))).image().variants()).hasSize(2);
    }

    /** Only the path through them leads to the manifest, and no record names them. */
    @Test
    void anIndexWithinAnIndexIsNotCollected() throws Exception {
        index(List.of(HOST));
        Descriptor inner = place.root.descriptor();
        byte[] outer = ImageWriter.write(
                new Index(Optional.of(MediaTypes.INDEX), Optional.empty(), List.of(inner), Optional.empty(), Map.of()));
        place.root = new Document(place.add(MediaTypes.INDEX, outer), outer);
        assertThat(fetch().image().root()).isEqualTo(place.root.descriptor());
        assertThat(store.collector().collect(Duration.ZERO).blobs()).isEmpty();
        assertThat(store.blobs().has(inner.digest())).isTrue();
    }

    @Test
    void aPlatformThatIsMissingIsNamed() {
        index(List.of(Platform.of("linux", "s390x"), Platform.of("windows", "amd64")));
        assertThatThrownBy(this::fetch)
                .isInstanceOf(NoMatchingPlatform.class)
                .hasMessageContaining("no matching manifest for linux/amd64")
                .hasMessageContaining("linux/s390x");
    }

    @Test
    void severalAtOnceBringABlobOnce() throws Exception {
        List<byte[]> layers = image(8, 500_000);
        List<CompletableFuture<Fetch.Fetched>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return fetch();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        for (CompletableFuture<Fetch.Fetched> each : all) {
            each.get(120, TimeUnit.SECONDS);
        }
        for (byte[] layer : layers) {
            assertThat(place.asks(Digest.of(layer))).isEqualTo(1);
            assertThat(store.layers().tree(Digest.of(layer)).resolve("file")).hasBinaryContent(layer);
        }
        assertThat(rests()).isEmpty();
    }

    @Test
    void whoIsInterruptedEnds() throws Exception {
        List<byte[]> layers = image(3, 1000);
        CompletableFuture<Boolean> waits = new CompletableFuture<>();
        place.stalls.put(Digest.of(layers.get(1)), waits);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                fetch();
                ended.complete(new AssertionError("it was brought"));
            } catch (IOException e) {
                ended.complete(e);
            }
        });
        waits.get(60, TimeUnit.SECONDS);
        thread.interrupt();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
        assertThat(rests()).noneMatch(each -> each.startsWith("unpacking") || each.startsWith("leases"));
        place.stalls.clear();
        fetch();
    }

    /** What is on its way in, or being removed. */
    private List<String> rests() throws IOException {
        List<String> rests = new ArrayList<>();
        for (String each : List.of("ingest", "unpacking", "leases", "trash")) {
            try (Stream<Path> files = Files.list(directory.resolve("content").resolve(each))) {
                files.forEach(file -> rests.add(each + "/" + file.getFileName()));
            }
        }
        return rests;
    }
}

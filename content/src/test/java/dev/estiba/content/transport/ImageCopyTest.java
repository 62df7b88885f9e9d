package dev.estiba.content.transport;

import static dev.estiba.content.transport.SampleImage.AMD64;
import static dev.estiba.content.transport.SampleImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ImageCopyTest {
    private final MemoryPlace target = new MemoryPlace();

    private Document copy(ImageSource source, CopyOptions options) throws IOException {
        return ImageCopy.copy(source, target, options, TransferListener.NONE);
    }

    @Test
    void allOfAnIndexComesBottomUp() throws IOException {
        MemoryPlace source = SampleImage.multi();
        assertThat(copy(source, CopyOptions.ALL)).isEqualTo(source.root());
        assertThat(target.root).contains(source.root());
        assertThat(target.documents).hasSize(3).last().isEqualTo(source.root());
        assertThat(target.blobs.keySet()).isEqualTo(source.blobs.keySet()).hasSize(5);
    }

    @Test
    void onePlatformComesWithoutTheIndex() throws IOException {
        MemoryPlace source = SampleImage.multi();
        Document arm = source.documents.get(1);
        Platform host = Platform.parse("linux/arm64/v8", AMD64);
        assertThat(copy(source, CopyOptions.of(new Selection.Best(host)))).isEqualTo(arm);
        assertThat(target.documents).containsExactly(arm);
        assertThat(target.blobs).hasSize(3);
        assertThat(new MemoryPlaceCopy().of(source, new Selection.These(List.of(ARM64))))
                .isEqualTo(arm);
    }

    /** To another place. */
    private static final class MemoryPlaceCopy {
        Document of(ImageSource source, Selection selection) throws IOException {
            return ImageCopy.copy(source, new MemoryPlace(), CopyOptions.of(selection), TransferListener.NONE);
        }
    }

    @Test
    void severalPlatformsComeWithTheIndexAndWithoutItsOthers() throws IOException {
        MemoryPlace source = SampleImage.multi();
        Document ppc = SampleImage.single(source, Platform.of("linux", "ppc64le"), "ppc");
        Document index = source.put(SampleImage.index(List.of(
                source.documents.get(0).descriptor().withPlatform(AMD64),
                ppc.descriptor().withPlatform(Platform.of("linux", "ppc64le")),
                source.documents.get(1).descriptor().withPlatform(ARM64))));
        source.root = Optional.of(index);
        assertThat(copy(source, CopyOptions.of(new Selection.These(List.of(ARM64, AMD64)))))
                .isEqualTo(index);
        assertThat(target.documents).hasSize(3).doesNotContain(ppc);
    }

    @Test
    void aPlatformThatIsNotThereIsNamedWithThoseThatAre() {
        MemoryPlace source = SampleImage.multi();
        assertThatThrownBy(() -> copy(source, CopyOptions.of(new Selection.Best(Platform.of("linux", "s390x")))))
                .isInstanceOf(NoMatchingPlatform.class)
                .hasMessage("no matching manifest for linux/s390x in the manifest list entries: memory has linux/amd64,"
                        + " linux/arm64; --platform chooses one of them");
        assertThat(target.blobs).isEmpty();
        assertThat(target.root).isEmpty();
    }

    @Test
    void aMissingPlatformIsAnErrorUnlessWhatIsPresentIsWanted() throws IOException {
        MemoryPlace source = SampleImage.multi();
        Document arm = source.documents.remove(1);
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(NotThere.class)
                .hasMessageContaining(arm.descriptor().digest().toString());
        assertThat(target.documents).isEmpty();
        assertThat(copy(source, CopyOptions.of(new Selection.Present()))).isEqualTo(source.root());
        assertThat(target.documents).hasSize(2);
        source.documents.removeFirst();
        assertThatThrownBy(() -> new MemoryPlaceCopy().of(source, new Selection.Present()))
                .isInstanceOf(NotThere.class)
                .hasMessageContaining("none of what it names");
    }

    @Test
    void indexesWithinIndexes() throws IOException {
        MemoryPlace source = SampleImage.multi();
        Document outer = source.put(SampleImage.index(List.of(source.root().descriptor())));
        Document arm = source.documents.get(1);
        source.root = Optional.of(outer);
        assertThat(copy(source, CopyOptions.of(new Selection.Best(ARM64)))).isEqualTo(arm);
        assertThat(new MemoryPlaceCopy().of(source, new Selection.All())).isEqualTo(outer);
    }

    @Test
    void indexesBeyondTheDeepestAreRefused() throws IOException {
        MemoryPlace source = SampleImage.multi();
        for (int i = 0; i < 9; i++) {
            source.root = Optional.of(
                    source.put(SampleImage.index(List.of(source.root().descriptor()))));
        }
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("more than 8 indexes are within one another");
    }

    /** Digests make it impossible, where they are verified; a place that does not must not make the copy go on for ever. */
    @Test
    void anIndexThatContainsItselfIsRefused() {
        Digest digest = Digest.of("a name that is a lie".getBytes(StandardCharsets.UTF_8));
        Descriptor liar = Descriptor.of(MediaTypes.INDEX, digest, 1);
        byte[] bytes = SampleImage.index(List.of(liar)).bytes();
        MemoryPlace source = new MemoryPlace();
        source.root = Optional.of(source.put(new Document(liar, bytes)));
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(MalformedImage.class)
                .hasMessage(digest + ": the index contains itself");
        assertThatThrownBy(() -> copy(source, CopyOptions.of(new Selection.Best(AMD64))))
                .isInstanceOf(NoMatchingPlatform.class)
                .hasMessageContaining("no platform at all");
    }

    @Test
    void anIndexAndAnotherThatContainEachOtherAreRefused() {
        Descriptor first = Descriptor.of(MediaTypes.INDEX, Digest.of(new byte[] {1}), 1);
        Descriptor second = Descriptor.of(MediaTypes.INDEX, Digest.of(new byte[] {2}), 1);
        MemoryPlace source = new MemoryPlace();
        source.root = Optional.of(source.put(
                new Document(first, SampleImage.index(List.of(second)).bytes())));
        source.put(new Document(second, SampleImage.index(List.of(first)).bytes()));
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("the index contains itself");
    }

    @Test
    void hundredThousandPlatformsAreRefused() {
        String entry = ",{\"mediaType\":\"" + MediaTypes.MANIFEST + "\",\"size\":1,\"digest\":\""
                + Digest.of(new byte[0]) + "\"}";
        for (int count : new int[] {11_000, 100_000}) {
            String text =
                    "{\"schemaVersion\":2,\"manifests\":[" + entry.repeat(count).substring(1) + "]}";
            MemoryPlace source = new MemoryPlace();
            source.root = Optional.of(source.put(Document.of(MediaTypes.INDEX, text.getBytes(StandardCharsets.UTF_8))));
            for (Selection selection : List.of(new Selection.All(), new Selection.Best(AMD64))) {
                assertThatThrownBy(() -> copy(source, CopyOptions.of(selection)))
                        .isInstanceOf(MalformedImage.class)
                        .hasMessageMatching("sha256:.*(11000 entries, and 10000 are the most|bytes are more than).*");
            }
        }
    }

    @Test
    void aManifestThatIsAnIndexTooIsRefused() {
        String text = "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}"; // CVE-2021-41190
        MemoryPlace source = new MemoryPlace();
        source.root = Optional.of(source.put(Document.of(MediaTypes.INDEX, text.getBytes(StandardCharsets.UTF_8))));
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("both a manifest and an index");
    }

    @Test
    void schema1IsRefusedInWords() {
        String text = "{\"schemaVersion\":1,\"name\":\"a\",\"fsLayers\":[]}";
        MemoryPlace source = new MemoryPlace();
        source.root = Optional.of(source.put(Document.of(
                "application/vnd.docker.distribution.manifest.v1+json", text.getBytes(StandardCharsets.UTF_8))));
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("push the image again with a current engine");
    }

    @Test
    void whatIsWrongIsNotNamed() throws IOException {
        MemoryPlace source = SampleImage.multi();
        Digest layer = source.blobs.keySet().iterator().next();
        byte[] right = source.blobs.get(layer);
        byte[] wrong = right.clone();
        wrong[3]++;
        source.blobs.put(layer, wrong);
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL)).isInstanceOf(ContentMismatch.class);
        source.blobs.put(layer, java.util.Arrays.copyOf(right, right.length + 1));
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(ContentMismatch.class)
                .hasMessageContaining("has more than");
        source.blobs.put(layer, java.util.Arrays.copyOf(right, right.length - 1));
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(ContentMismatch.class)
                .hasMessageContaining("has " + (right.length - 1) + " bytes");
        source.blobs.remove(layer);
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL)).isInstanceOf(NotThere.class);
        assertThat(target.documents).isEmpty();
        assertThat(target.root).isEmpty();
        source.blobs.put(layer, right);
        copy(source, CopyOptions.ALL);
    }

    @Test
    void oneBlobOfTwoSizesIsRefused() {
        MemoryPlace source = new MemoryPlace();
        Descriptor config = source.put(MediaTypes.CONFIG, new byte[10]);
        Descriptor lie = Descriptor.of(MediaTypes.LAYER, config.digest(), 11);
        source.root = Optional.of(source.put(SampleImage.manifest(MediaTypes.MANIFEST, config, List.of(lie))));
        assertThatThrownBy(() -> copy(source, CopyOptions.ALL))
                .isInstanceOf(MalformedImage.class)
                .hasMessageContaining("is said to have 10 bytes, and 11");
    }

    @Test
    void theSameLayerAThousandTimesIsBroughtOnce() throws IOException {
        MemoryPlace source = new MemoryPlace();
        Descriptor config = source.put(MediaTypes.CONFIG, new byte[10]);
        Descriptor layer = source.put(MediaTypes.LAYER, new byte[1024]);
        source.root = Optional.of(source.put(
                SampleImage.manifest(MediaTypes.MANIFEST, config, java.util.Collections.nCopies(1000, layer))));
        AtomicInteger done = new AtomicInteger();
        ImageCopy.copy(source, target, CopyOptions.ALL, (blob, step) -> {
            if (step instanceof TransferListener.Step.Done) {
                done.incrementAndGet();
            }
        });
        assertThat(done).hasValue(2);
    }

    @Test
    void whatDescriptorsHoldIsNotAskedFor() throws IOException {
        byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
        for (byte[] data :
                List.of(bytes, "{ }".getBytes(StandardCharsets.UTF_8), "[]".getBytes(StandardCharsets.UTF_8))) {
            Descriptor config = new Descriptor(
                    MediaTypes.EMPTY,
                    Digest.of(bytes),
                    bytes.length,
                    List.of(),
                    Map.of(),
                    Optional.of(data),
                    Optional.empty(),
                    Optional.empty());
            MemoryPlace source = new MemoryPlace();
            source.root = Optional.of(source.put(SampleImage.manifest(MediaTypes.MANIFEST, config, List.of())));
            if (data == bytes) {
                copy(source, CopyOptions.ALL);
                assertThat(target.blobs).containsOnlyKeys(config.digest());
                target.blobs.clear();
            } else {
                assertThatThrownBy(() -> copy(source, CopyOptions.ALL)).isInstanceOf(ContentMismatch.class);
            }
        }
    }

    @Test
    void referrersComeWithWhatTheySpeakOf() throws IOException {
        MemoryPlace source = SampleImage.multi();
        Document said = SampleImage.artifact(source, source.documents.getFirst().descriptor(), "signature");
        Document ofThat = SampleImage.artifact(source, said.descriptor(), "signature of the signature");
        copy(source, CopyOptions.ALL);
        assertThat(target.documents).doesNotContain(said, ofThat);
        copy(source, new CopyOptions(new Selection.All(), true));
        assertThat(target.documents).contains(said, ofThat);
        assertThat(target.root).contains(source.root());
        assertThat(target.blobs.keySet()).isEqualTo(source.blobs.keySet());
    }

    /** A source whose blobs wait until somebody ends that. */
    private static final class Waiting implements ImageSource {
        private final MemoryPlace place = SampleImage.multi();
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch never = new CountDownLatch(1);
        private volatile boolean isClosed;

        @Override
        public String name() {
            return "waiting";
        }

        @Override
        public Document root() throws IOException {
            return place.root();
        }

        @Override
        public Document document(Descriptor descriptor) throws IOException {
            return place.document(descriptor);
        }

        @Override
        public InputStream blob(Descriptor descriptor, long offset) throws IOException {
            reading.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException("interrupted");
            }
            return place.blob(descriptor, offset);
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    @Test
    void anInterruptEndsTheCopyAndClosesBoth() throws Exception {
        Waiting source = new Waiting();
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                copy(source, CopyOptions.ALL);
                end.complete(new AssertionError("it has ended without an error"));
            } catch (IOException | RuntimeException e) {
                end.complete(e);
            }
        });
        source.reading.await();
        thread.interrupt();
        assertThat(end.get(1, TimeUnit.MINUTES))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("the copy from waiting to memory was cancelled");
        thread.join();
        assertThat(source.isClosed).isTrue();
        assertThat(target.isClosed).isTrue();
        assertThat(target.root).isEmpty();
    }

    @Test
    void theFirstFailureEndsTheOthers() {
        Waiting source = new Waiting();
        MemoryPlace failing = new MemoryPlace();
        Digest first = source.place.blobs.keySet().iterator().next();
        ImageTarget target = new ForwardingTarget(failing) {
            @Override
            public void blob(Descriptor descriptor, BlobSource bytes, TransferListener listener) throws IOException {
                if (descriptor.digest().equals(first)) {
                    throw new IOException("the disk is full");
                }
                super.blob(descriptor, bytes, listener);
            }
        };
        assertThatThrownBy(() -> ImageCopy.copy(source, target, CopyOptions.ALL, TransferListener.NONE))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is full");
        assertThat(failing.root).isEmpty();
    }
}

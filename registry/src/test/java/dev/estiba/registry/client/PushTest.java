package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.RefusedAddress;
import dev.estiba.registry.http.TransferFailure;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pushing, to a registry that is honest and to some that are not. */
class PushTest {
    private final MadeImage image = MadeImage.of(11, 50_000, 400_000, 0);
    private final List<Step> steps = new CopyOnWriteArrayList<>();

    static BlobSource source(byte[] bytes) {
        return offset -> {
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            in.skipNBytes(offset);
            return in;
        };
    }

    static void push(ImageTarget target, MadeImage image, TransferListener listener) throws IOException {
        for (Map.Entry<Descriptor, byte[]> blob : image.blobs().entrySet()) {
            target.blob(blob.getKey(), source(blob.getValue()), listener);
        }
        target.document(image.manifest());
        target.finish(image.manifest());
    }

    private void push(TestRegistry server, List<Reference> others) throws IOException {
        try (Registry registry = Registry.open(Quick.settings());
                ImageTarget target = registry.target(server.image(), others)) {
            push(target, image, (descriptor, step) -> steps.add(step));
        }
    }

    private void arrived(TestRegistry server) {
        assertThat(server.manifests.get("made/image/one")).isEqualTo(image.manifest());
        image.blobs()
                .forEach((descriptor, bytes) -> assertThat(server.blobs.get("made/image/" + descriptor.digest()))
                        .isEqualTo(bytes));
    }

    @Test
    void bringsEverythingOnceAndTheNameLast() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            push(server, List.of());
            arrived(server);
            assertThat(server.count("PUT", "/manifests/")).isEqualTo(1);
            assertThat(server.server().lines().getLast()).isEqualTo("PUT /v2/made/image/manifests/one");
            assertThat(server.count("PATCH", "")).isZero();
            assertThat(steps).contains(new Step.Moved(400_000), new Step.Done());
            assertThat(server.server().requests())
                    .filteredOn(request ->
                            request.method().equals("PUT") && request.target().contains("/uploads/"))
                    .allSatisfy(request -> assertThat(request.header("content-length"))
                            .hasValue(Integer.toString(request.body().length)));
        }
    }

    @Test
    void whatIsThereIsNotSent() throws IOException {
        try (TestRegistry server = TestRegistry.with(image)) {
            push(server, List.of());
            assertThat(server.count("POST", "")).isZero();
            assertThat(steps).containsOnly(new Step.There());
        }
    }

    @Test
    void takesABlobFromAnotherRepository() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.put("other/one", "x", image);
            push(
                    server,
                    List.of(
                            Reference.parse(server.host() + "/empty/one"),
                            Reference.parse("example.org/other/one"),
                            Reference.parse(server.host() + "/other/one")));
            arrived(server);
            assertThat(steps).contains(new Step.Mounted("other/one"));
            assertThat(server.count("PUT", "/uploads/")).isZero();
            assertThat(server.uploads).isEmpty();
        }
    }

    @Test
    void sendsWhatCannotBeMounted() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(100, "POST", "mount=", (request, reply) -> reply.send(403));
            push(server, List.of(Reference.parse(server.host() + "/other/one")));
            arrived(server);
        }
    }

    @Test
    void goesOnWhereAnUploadHasBroken() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(1, "PUT", "digest=" + escaped(1), (request, reply) -> {
                server.uploads.get(request.path()).writeBytes(Arrays.copyOf(request.body(), 150_000));
                reply.reset();
            });
            push(server, List.of());
            arrived(server);
            assertThat(server.server().requests())
                    .filteredOn(request -> request.method().equals("PATCH"))
                    .singleElement()
                    .satisfies(request -> {
                        assertThat(request.header("content-range")).hasValue("150000-399999");
                        assertThat(request.body()).hasSize(250_000);
                    });
            assertThat(steps).hasAtLeastOneElementOfType(Step.Again.class);
        }
    }

    private String escaped(int layer) {
        return "sha256%3A" + image.layer(layer).digest().encoded();
    }

    @Test
    void beginsAgainWhereTheRegistryHasForgotten() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(1, "PUT", "digest=" + escaped(1), (request, reply) -> {
                server.uploads.remove(request.path());
                reply.reset();
            });
            push(server, List.of());
            arrived(server);
            assertThat(server.count("PATCH", "")).isZero();
        }
    }

    @Test
    void beginsAgainWhereTheRegistryHadOtherBytes() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(1, "PUT", "digest=" + escaped(1), (request, reply) -> {
                server.uploads.get(request.path()).writeBytes(new byte[150_000]);
                reply.reset();
            });
            push(server, List.of());
            arrived(server);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void aBusyRegistryIsAskedAgain(int status) throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(2, "PUT", "digest=" + escaped(1), (request, reply) -> reply.send(status));
            server.fault(2, "PUT", "/manifests/", (request, reply) -> reply.send(status));
            server.fault(2, "POST", "/uploads/", (request, reply) -> reply.send(status));
            push(server, List.of());
            arrived(server);
        }
    }

    @Test
    void givesUpAfterFiveTries() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(Integer.MAX_VALUE, "PUT", "digest=" + escaped(1), (request, reply) -> reply.reset());
            assertThatThrownBy(() -> push(server, List.of())).isInstanceOf(TransferFailure.class);
            assertThat(server.count("PUT", "digest=" + escaped(1))).isEqualTo(5);
            assertThat(server.manifests).isEmpty();
        }
    }

    @Test
    void refusesToSendOtherBytesThanTheDigestNames() throws IOException {
        for (byte[] wrong : new byte[][] {new byte[400_000], new byte[399_999], new byte[400_001]}) {
            try (TestRegistry server = TestRegistry.start();
                    Registry registry = Registry.open(Quick.settings());
                    ImageTarget target = registry.target(server.image(), List.of())) {
                assertThatThrownBy(() -> target.blob(image.layer(1), source(wrong), TransferListener.NONE))
                        .isInstanceOf(ContentMismatch.class);
                assertThat(server.blobs).isEmpty();
                assertThat(server.count("PUT", "digest=")).isZero(); // it never got all of one
            }
        }
    }

    @Test
    void aSourceThatCannotBeReadIsSaid() throws IOException {
        try (TestRegistry server = TestRegistry.start();
                Registry registry = Registry.open(Quick.settings());
                ImageTarget target = registry.target(server.image(), List.of())) {
            assertThatThrownBy(() -> target.blob(
                            image.layer(1),
                            offset -> {
                                throw new IOException("the disk is gone");
                            },
                            TransferListener.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot be read: the disk is gone");
        }
    }

    @Test
    void tellsThatAccessIsDenied() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(
                    100,
                    "POST",
                    "/uploads/",
                    (request, reply) -> reply.json(
                            403,
                            "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"requested access to the resource is denied\"}]}"));
            assertThatThrownBy(() -> push(server, List.of()))
                    .isInstanceOf(Refusal.class)
                    .hasMessage("denied: requested access to the resource is denied");
        }
    }

    @Test
    void refusesARegistryThatHasKeptAnotherManifest() throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(
                    1,
                    "PUT",
                    "/manifests/",
                    (request, reply) -> reply.send(
                            201,
                            Map.of(
                                    "Docker-Content-Digest",
                                    image.layer(0).digest().toString()),
                            new byte[0]));
            assertThatThrownBy(() -> push(server, List.of())).isInstanceOf(ContentMismatch.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "http://169.254.169.254/upload", "ftp://127.0.0.1/x", ""})
    void doesNotSendToWhereItDoesNotGo(String location) throws IOException {
        try (TestRegistry server = TestRegistry.start()) {
            server.fault(
                    100,
                    "POST",
                    "/uploads/",
                    (request, reply) ->
                            reply.send(202, location.isEmpty() ? Map.of() : Map.of("Location", location), new byte[0]));
            assertThatThrownBy(() -> push(server, List.of())).isInstanceOf(RefusedAddress.class);
        }
    }

    @Test
    void pushesAnIndexAfterWhatItNames() throws IOException {
        MadeImage second = MadeImage.of(12, 10);
        Document index = Document.of(
                MediaTypes.INDEX,
                ImageWriter.write(new Index(
                        Optional.of(MediaTypes.INDEX),
                        Optional.empty(),
                        List.of(image.manifest().descriptor(), second.manifest().descriptor()),
                        Optional.empty(),
                        Map.of())));
        try (TestRegistry server = TestRegistry.start();
                Registry registry = Registry.open(Quick.settings());
                ImageTarget target = registry.target(server.image(), List.of())) {
            target.document(image.manifest());
            target.document(second.manifest());
            target.document(index);
            assertThat(server.manifests).doesNotContainKey("made/image/one");
            target.finish(index);
            assertThat(server.server().lines())
                    .containsExactly(
                            "PUT /v2/made/image/manifests/"
                                    + image.manifest().descriptor().digest(),
                            "PUT /v2/made/image/manifests/"
                                    + second.manifest().descriptor().digest(),
                            "PUT /v2/made/image/manifests/one");
        }
    }

    @Test
    void keepsTheListOfReferrersWhereTheRegistryDoesNot() throws IOException {
        MadeImage first = image.artifactOf("example/signature");
        MadeImage second = image.artifactOf("example/list");
        try (TestRegistry server = TestRegistry.with(image);
                Registry registry = Registry.open(Quick.settings())) {
            for (MadeImage artifact : List.of(first, second, first)) {
                Reference name = Reference.parse(server.host() + "/made/image@"
                        + artifact.manifest().descriptor().digest());
                try (ImageTarget target = registry.target(name, List.of())) {
                    push(target, artifact, TransferListener.NONE);
                }
            }
            Digest subject = image.manifest().descriptor().digest();
            assertThat(server.manifests).containsKey("made/image/sha256-" + subject.encoded());
            assertThat(registry.referrers(server.image(), subject))
                    .extracting(Descriptor::digest, each -> each.artifactType().orElse(""), Descriptor::annotations)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(
                                    first.manifest().descriptor().digest(),
                                    "example/signature",
                                    Map.of("about", "example/signature")),
                            org.assertj.core.groups.Tuple.tuple(
                                    second.manifest().descriptor().digest(),
                                    "example/list",
                                    Map.of("about", "example/list")));
        }
    }

    @Test
    void asksARegistryThatKeepsTheListItself() throws IOException {
        MadeImage artifact = image.artifactOf("example/signature");
        try (TestRegistry server = TestRegistry.with(image);
                Registry registry = Registry.open(Quick.settings())) {
            byte[] page = ImageWriter.write(new Index(
                    Optional.of(MediaTypes.INDEX),
                    Optional.empty(),
                    List.of(artifact.manifest().descriptor()),
                    Optional.empty(),
                    Map.of()));
            Digest subject = image.manifest().descriptor().digest();
            server.fault(
                    1,
                    "/referrers/" + subject,
                    (request, reply) -> reply.send(
                            200,
                            Map.of(
                                    "Content-Type",
                                    MediaTypes.INDEX,
                                    "Link",
                                    "</v2/made/image/referrers/x?page=2>; rel=\"next\""),
                            page));
            server.fault(
                    1,
                    "/referrers/x?page=2",
                    (request, reply) -> reply.send(200, Map.of("Content-Type", MediaTypes.INDEX), page));
            assertThat(registry.referrers(server.image(), subject)).hasSize(2);
            server.fault(
                    1,
                    "PUT",
                    "/manifests/",
                    (request, reply) -> reply.send(201, Map.of("OCI-Subject", subject.toString()), new byte[0]));
            try (ImageTarget target = registry.target(server.image(), List.of())) {
                target.document(artifact.manifest());
                target.finish(artifact.manifest());
            }
            assertThat(server.manifests).doesNotContainKey("made/image/sha256-" + subject.encoded());
        }
    }

    @Test
    void everythingThatWasOpenedIsClosed() throws IOException {
        AtomicInteger open = new AtomicInteger();
        BlobSource counted = offset -> {
            open.incrementAndGet();
            return new FilterInputStream(source(image.bytes(1)).open(offset)) {
                private final AtomicBoolean closed = new AtomicBoolean();

                @Override
                public void close() throws IOException {
                    open.addAndGet(closed.getAndSet(true) ? 0 : -1);
                    super.close();
                }
            };
        };
        try (TestRegistry server = TestRegistry.start();
                Registry registry = Registry.open(Quick.settings());
                ImageTarget target = registry.target(server.image(), List.of())) {
            server.fault(1, "PUT", "digest=", (request, reply) -> reply.reset());
            server.fault(1, "PUT", "digest=", (request, reply) -> reply.send(503));
            target.blob(image.layer(1), counted, TransferListener.NONE);
            assertThat(open).hasValue(0);
        }
    }

    @Test
    void anUploadThatStallsIsAnError() throws IOException {
        try (TestRegistry server = TestRegistry.start();
                Registry registry = Registry.open(Quick.impatient(Duration.ofMillis(300)));
                ImageTarget target = registry.target(server.image(), List.of())) {
            server.fault(Integer.MAX_VALUE, "PUT", "digest=", (request, reply) -> reply.silence());
            assertThatThrownBy(() -> target.blob(image.layer(1), source(image.bytes(1)), TransferListener.NONE))
                    .isInstanceOf(TransferFailure.class)
                    .hasMessageContaining("has not answered");
        }
    }
}

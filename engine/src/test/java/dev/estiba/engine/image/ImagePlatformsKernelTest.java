package dev.estiba.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.api.ApiException;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImageInspect;
import dev.estiba.api.ImageInspectOptions;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImageManifest;
import dev.estiba.api.ImageSummary;
import dev.estiba.api.PushOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryImage;
import dev.estiba.api.RegistryServeOptions;
import dev.estiba.api.ServedRegistry;
import dev.estiba.content.fetch.StoreTarget;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image for this machine and another one, with an entry that is not here, and one that says something of the first. */
@Tag("kernel")
class ImagePlatformsKernelTest {
    private static final Platform OTHER = Platform.of("linux", "s390x");
    private static final ImageInspectOptions PLAIN = new ImageInspectOptions(false, Optional.empty());
    private static final RegistryAccess NOBODY = new RegistryAccess(Optional.empty(), Map.of(), Optional.empty());

    @TempDir
    Path directory;

    private OwnImages own;
    private MadeImage here;
    private MadeImage other;
    private StoredImage both;

    @BeforeEach
    void open() throws IOException {
        own = new OwnImages(directory);
        byte[] shared = OwnImages.layer("shared", "x".repeat(1000));
        here = new MadeImage(HostPlatform.read(), List.of(shared, OwnImages.layer("here", "x".repeat(10))));
        other = new MadeImage(OTHER, List.of(OwnImages.layer("other", "x".repeat(20))));
        own.bring(new MadeImage(List.of(shared, OwnImages.layer("second", "x".repeat(30)))), "second:1");
        SeveralImages image = SeveralImages.of(
                List.of(here, other),
                List.of(
                        here.root().descriptor().withPlatform(HostPlatform.read()),
                        other.root().descriptor().withPlatform(OTHER),
                        absent("arm").withPlatform(Platform.of("linux", "mips64le")),
                        absent("said")
                                .withPlatform(Platform.of("unknown", "unknown"))
                                .withAnnotations(Map.of(
                                        "vnd.docker.reference.type",
                                        "attestation-manifest",
                                        "vnd.docker.reference.digest",
                                        here.root().descriptor().digest().toString()))));
        try (Lease lease = own.store().lease();
                StoreTarget target =
                        new StoreTarget(own.store(), lease, own.images.host(), List.of(Reference.parse("both:1")))) {
            ImageCopy.copy(
                    image,
                    target,
                    CopyOptions.of(new Selection.These(List.of(HostPlatform.read(), OTHER))),
                    TransferListener.NONE);
            both = target.stored();
        }
    }

    private static Descriptor absent(String what) {
        byte[] bytes = what.getBytes(StandardCharsets.UTF_8);
        return Descriptor.of(MediaTypes.MANIFEST, Digest.of(bytes), bytes.length);
    }

    private ImageSummary listed(ImageListOptions options) throws IOException {
        return own.operations.list(options).stream()
                .filter(each -> each.repoTags().contains("both:1"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void allItsManifestsAreTold() throws IOException {
        own.users.add(new ImageUsers.User("c1", both.id().toString(), false));
        ImageSummary plain = listed(new ImageListOptions(false, Map.of()));
        assertThat(plain.manifests()).isEmpty();
        assertThat(plain.containers()).isEqualTo(-1);
        assertThat(plain.sharedSize()).isEqualTo(-1);
        ImageSummary summary = listed(new ImageListOptions(false, Map.of(), true, true, true));
        assertThat(summary.containers()).isEqualTo(1);
        assertThat(summary.sharedSize()).isPositive().isLessThan(summary.size());
        List<ImageManifest> manifests = summary.manifests();
        assertThat(manifests).extracting(ImageManifest::isAvailable).containsExactly(true, true, false, false);
        assertThat(manifests)
                .extracting(each -> each.image()
                        .map(image -> image.platform().architecture() + " " + image.containers())
                        .orElse("none"))
                .containsExactly(HostPlatform.read().architecture() + " [c1]", "s390x []", "mips64le []", "none");
        assertThat(manifests.getLast().attested())
                .isEqualTo(here.root().descriptor().digest().toString());
        assertThat(manifests.getFirst().content()).isPositive();
        assertThat(own.operations
                        .inspect("both:1", new ImageInspectOptions(true, Optional.empty()))
                        .manifests())
                .isEqualTo(manifests);
    }

    @Test
    void oneOfItsPlatformsIsToldOf() throws IOException {
        assertThat(own.operations.inspect("both:1", PLAIN).architecture())
                .isEqualTo(HostPlatform.read().architecture());
        ImageInspect image =
                own.operations.inspect("both:1", new ImageInspectOptions(false, Optional.of("linux/s390x")));
        assertThat(image.architecture()).isEqualTo("s390x");
        assertThat(image.layers()).hasSize(1);
        assertThat(own.operations.history("both:1", Optional.of("linux/s390x"))).hasSize(2);
        assertThat(own.operations.history("both:1", Optional.empty())).hasSize(4);
        assertThatThrownBy(() -> own.operations.history("both:1", Optional.of("linux/mips64le")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    private byte[] saved(String... platforms) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        own.operations.save(List.of("both:1"), List.of(platforms), archive);
        return archive.toByteArray();
    }

    /** What an engine that has nothing yet has of an archive. */
    private List<String> loaded(byte[] archive, String... platforms) throws IOException {
        OwnImages far = new OwnImages(Files.createTempDirectory(directory, "far"));
        List<String> told = new ArrayList<>();
        far.operations.load(
                new ByteArrayInputStream(archive), List.of(platforms), progress -> told.add(progress.status()));
        assertThat(told).contains("Loaded image: both:1");
        Digest root = far.store().images().names().values().iterator().next();
        return far.store().images().find(root).orElseThrow().variants().stream()
                .map(each ->
                        each.platform().architecture() + " " + each.layers().size())
                .toList();
    }

    @Test
    void itsPlatformsAreInOneArchive() throws IOException {
        String host = HostPlatform.read().architecture();
        byte[] all = saved();
        assertThat(loaded(all)).containsExactly(host + " 2", "s390x 1");
        assertThat(loaded(saved("linux/s390x", "linux/" + host))).containsExactly(host + " 2", "s390x 1");
        assertThat(loaded(saved("linux/s390x"))).containsExactly("s390x 1");
        assertThat(loaded(all, "linux/s390x")).containsExactly("s390x 1");
        assertThatThrownBy(() -> saved("linux/" + host, "linux/mips64le"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
    }

    @Test
    void oneOfItsPlatformsIsRemovedAndThenTheLast() throws IOException {
        String config = both.variants().stream()
                .filter(each -> each.platform().equals(OTHER))
                .findFirst()
                .orElseThrow()
                .config()
                .digest()
                .toString();
        own.users.add(new ImageUsers.User("c1", config, false));
        assertThatThrownBy(() -> own.operations.remove("both:1", true, List.of("linux/s390x")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.status()).isEqualTo(409));
        own.users.clear();
        String manifest = other.root().descriptor().digest().toString();
        assertThat(own.operations.remove("both:1", false, List.of("linux/s390x")))
                .containsExactly(new ImageDeleted.Deleted(manifest));
        assertThat(own.operations.inspect("both:1", PLAIN).architecture())
                .isEqualTo(HostPlatform.read().architecture());
        assertThat(own.store().blobs().size(other.root().descriptor().digest())).isEmpty();
        assertThat(own.operations.remove(
                        "both:1", false, List.of("linux/" + HostPlatform.read().architecture())))
                .contains(new ImageDeleted.Untagged("both:1"));
        assertThat(own.has(both)).isFalse();
    }

    @Test
    void whatIsPushedHereIsTold() throws IOException {
        own.events.keep();
        RegistryServeOptions options = new RegistryServeOptions(
                "127.0.0.1",
                0,
                Optional.empty(),
                false,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                NOBODY);
        try (ServedRegistry registry = own.operations.serve(options)) {
            String name = registry.url().replaceFirst("^https?://", "") + "/pushed:1";
            own.operations.tag("second:1", name);
            own.operations.push(name, new PushOptions(List.of(), false, false, NOBODY), _ -> {});
            List<String> told = new ArrayList<>();
            own.events.tell(
                    new EventsOptions(Optional.of(Instant.EPOCH), Optional.of(Instant.now()), Map.of()),
                    event -> told.add(event.action() + " " + event.attributes().get("name")));
            assertThat(told)
                    .containsExactly("tag " + name, "tag " + name, "push " + name.substring(0, name.length() - 2));
        }
    }

    @Test
    void aRegistryIsAskedWhatItHas() throws IOException {
        RegistryServeOptions options = new RegistryServeOptions(
                "127.0.0.1",
                0,
                Optional.empty(),
                false,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                NOBODY);
        try (ServedRegistry registry = own.operations.serve(options)) {
            String name = registry.url().replaceFirst("^https?://", "") + "/both:1";
            own.operations.tag("second:1", name);
            RegistryImage found = own.operations.registryImage(name, NOBODY);
            assertThat(found.descriptor().mediaType()).isEqualTo(MediaTypes.MANIFEST);
            assertThat(found.platforms())
                    .singleElement()
                    .satisfies(each -> assertThat(each.architecture())
                            .isEqualTo(HostPlatform.read().architecture()));
            own.operations.tag("both:1", name);
            RegistryImage index = own.operations.registryImage(name, NOBODY);
            assertThat(index.descriptor().digest())
                    .isEqualTo(both.root().digest().toString());
            assertThat(index.platforms()).hasSize(4);
            String missing = name.replace("both:1", "nosuch:1");
            assertThatThrownBy(() -> own.operations.registryImage(missing, NOBODY))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.status()).isEqualTo(404));
        }
    }
}

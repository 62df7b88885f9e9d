package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.TransferListener.Step;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.auth.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's docker-registry. */
@Tag("peer")
class DockerRegistryTest {
    @TempDir
    private Path directory;

    @Test
    void pullsWhatSomebodyElseHasPushed() throws Exception {
        MadeImage image = MadeImage.of(1, 100_000, 3_000_000);
        try (DockerRegistry server = DockerRegistry.start(directory, Optional.empty());
                Registry registry = Registry.open(RegistrySettings.USUAL)) {
            put(server, "made/image", "one", image);
            try (ImageSource source = registry.source(Reference.parse(server.host() + "/made/image:one"))) {
                assertThat(source.root().descriptor())
                        .isEqualTo(image.manifest().descriptor());
                assertThat(source.root().bytes()).isEqualTo(image.manifest().bytes());
                for (Map.Entry<Descriptor, byte[]> blob : image.blobs().entrySet()) {
                    try (InputStream in = source.blob(blob.getKey(), 0)) {
                        assertThat(in.readAllBytes()).isEqualTo(blob.getValue());
                    }
                }
                try (InputStream rest = source.blob(image.layer(1), 2_999_990)) {
                    assertThat(rest.readAllBytes()).hasSize(10);
                }
            }
            try (ImageSource source = registry.source(Reference.parse(server.host() + "/made/image:two"))) {
                assertThatThrownBy(source::root)
                        .isInstanceOf(NotThere.class)
                        .hasMessageStartingWith("manifest for " + server.host()
                                + "/made/image:two not found: manifest unknown: manifest unknown");
            }
        }
    }

    @Test
    void pushesAndPullsBackTheSame() throws Exception {
        MadeImage image = MadeImage.of(2, 100_000, 3_000_000, 0);
        try (DockerRegistry server = DockerRegistry.start(directory, Optional.empty());
                Registry registry = Registry.open(RegistrySettings.USUAL)) {
            Reference name = Reference.parse(server.host() + "/made/image:one");
            push(registry, name, List.of(), image);
            List<Step> steps =
                    push(registry, Reference.parse(server.host() + "/second/image:two"), List.of(name), image);
            assertThat(steps).contains(new Step.Mounted("made/image")).doesNotContain(new Step.Done());
            assertThat(push(registry, name, List.of(), image)).containsOnly(new Step.There());
            assertThat(registry.tags(name)).containsExactly("one");
            assertThat(registry.catalog(server.host())).containsExactly("made/image", "second/image");
            assertThat(registry.resolve(name)).hasValue(image.manifest().descriptor());
            registry.ping(server.host());
            pulls(registry, name, image);

            assertThat(registry.delete(name))
                    .isEqualTo(image.manifest().descriptor().digest());
            assertThat(registry.resolve(name)).isEmpty();
            assertThatThrownBy(() -> registry.delete(name))
                    .isInstanceOf(NotThere.class)
                    .hasMessage("manifest for " + name + " not found: manifest unknown");
            pulls(registry, Reference.parse(server.host() + "/second/image:two"), image);
        }
    }

    @Test
    void keepsTheListOfReferrersForIt() throws Exception {
        MadeImage image = MadeImage.of(3, 1000);
        MadeImage artifact = image.artifactOf("example/signature");
        try (DockerRegistry server = DockerRegistry.start(directory, Optional.empty());
                Registry registry = Registry.open(RegistrySettings.USUAL)) {
            Reference name = Reference.parse(server.host() + "/made/image:one");
            push(registry, name, List.of(), image);
            push(registry, name.withTag("signature"), List.of(), artifact);
            assertThat(registry.referrers(name, image.manifest().descriptor().digest()))
                    .extracting(Descriptor::digest)
                    .containsExactly(artifact.manifest().descriptor().digest());
        }
    }

    @Test
    void showsItAPassword() throws Exception {
        MadeImage image = MadeImage.of(4, 1000);
        Path users = directory.resolve("htpasswd");
        // bcrypt of the password below
        Files.writeString(users, "somebody:$2b$04$z9zZnAiaxg6u4YaBk/2l2exuoFWkM8BTQrmPyAJYvWE8ounaiMlkW\n");
        Path config = directory.resolve("docker/config.json");
        RegistrySettings settings = RegistrySettings.USUAL.withDockerConfig(config);
        try (DockerRegistry server = DockerRegistry.start(directory, Optional.of(users));
                Registry registry = Registry.open(settings)) {
            Reference name = Reference.parse(server.host() + "/made/image:one");
            Credentials.Password right = new Credentials.Password("somebody", "a secret of the test");
            assertThatThrownBy(() -> registry.login(server.host(), new Credentials.Password("somebody", "another one")))
                    .isInstanceOf(Refusal.class)
                    .hasMessage(
                            "login attempt to http://" + server.host() + "/v2/ failed with status: 401 Unauthorized");
            assertThatThrownBy(() -> push(registry, name, List.of(), image))
                    .hasMessageStartingWith("unauthorized: authentication required");
            assertThat(registry.login(server.host(), right)).isEmpty();
            registry.logins().keep(server.host(), right);
            try (Registry second = Registry.open(settings)) {
                push(second, name, List.of(), image);
                pulls(second, name, image);
            }
            registry.logins().forget(server.host());
            try (Registry third = Registry.open(settings);
                    ImageSource source = third.source(name)) {
                assertThatThrownBy(source::root).hasMessageStartingWith("unauthorized: authentication required");
            }
        }
    }

    private static List<Step> push(Registry registry, Reference name, List<Reference> others, MadeImage image)
            throws IOException {
        List<Step> steps = new CopyOnWriteArrayList<>();
        try (ImageTarget target = registry.target(name, others)) {
            PushTest.push(target, image, (descriptor, step) -> steps.add(step));
        }
        return steps;
    }

    private static void pulls(Registry registry, Reference name, MadeImage image) throws IOException {
        try (ImageSource source = registry.source(name)) {
            assertThat(source.root()).isEqualTo(image.manifest());
            for (Map.Entry<Descriptor, byte[]> blob : image.blobs().entrySet()) {
                try (InputStream in = source.blob(blob.getKey(), 0)) {
                    assertThat(in.readAllBytes()).isEqualTo(blob.getValue());
                }
            }
        }
    }

    /** By the JDK's client alone, so that nothing of ours has a part in it. */
    private static void put(DockerRegistry server, String repository, String tag, MadeImage image) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String base = "http://" + server.host() + "/v2/" + repository;
            for (Map.Entry<Descriptor, byte[]> blob : image.blobs().entrySet()) {
                HttpResponse<Void> begun = client.send(
                        HttpRequest.newBuilder(URI.create(base + "/blobs/uploads/"))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
                URI upload = begun.request()
                        .uri()
                        .resolve(begun.headers().firstValue("Location").orElseThrow());
                URI whole = URI.create(upload + (upload.getQuery() == null ? "?" : "&") + "digest="
                        + blob.getKey().digest());
                send(
                        client,
                        HttpRequest.newBuilder(whole).PUT(HttpRequest.BodyPublishers.ofByteArray(blob.getValue())));
            }
            send(
                    client,
                    HttpRequest.newBuilder(URI.create(base + "/manifests/" + tag))
                            .header(
                                    "Content-Type",
                                    image.manifest().descriptor().mediaType())
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(
                                    image.manifest().bytes())));
        }
    }

    private static void send(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        assertThat(client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(201);
    }
}

package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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

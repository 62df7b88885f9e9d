package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache of another registry. */
class UpstreamTest {
    @TempDir
    private Path directory;

    @Test
    void bringsWhatIsAskedForAndKeepsIt() throws Exception {
        byte[] layer = Web.random(1, 1000);
        Web above = Web.open(Files.createDirectories(directory.resolve("above")));
        try (above;
                Web web = Web.open(directory, settings -> settings.withUpstream(URI.create(above.url())))) {
            Descriptor image = above.image("a/b", "one", 1, 1000);
            assertThat(Digest.of(web.get("/v2/a/b/manifests/one").body())).isEqualTo(image.digest());
            assertThat(web.get("/v2/a/b/blobs/" + Digest.of(layer)).body()).isEqualTo(layer);
            assertThat(web.get("/v2/a/b/manifests/two").statusCode()).isEqualTo(404);
            assertThat(web.send("POST", "/v2/a/b/blobs/uploads/").statusCode()).isEqualTo(405);
            above.close();
            assertThat(web.get("/v2/a/b/manifests/one").statusCode()).isEqualTo(200);
            assertThat(web.get("/v2/a/b/blobs/" + Digest.of(layer)).body()).isEqualTo(layer);
        }
    }
}

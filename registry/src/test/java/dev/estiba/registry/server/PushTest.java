package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.store.StoredImage;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken in: uploads of all forms, manifests, mounts, deletes, and their refusals. */
class PushTest {
    private static final byte[] BYTES = Web.random(7, 100_000);
    private static final String DIGEST = Digest.of(BYTES).toString();

    @TempDir
    private Path directory;

    private static String begin(Web web, String repository) throws Exception {
        HttpResponse<byte[]> begun = web.send("POST", "/v2/" + repository + "/blobs/uploads/");
        assertThat(begun.statusCode()).isEqualTo(202);
        assertThat(Web.header(begun, "Range")).isEqualTo("0-0");
        assertThat(Web.header(begun, "Docker-Upload-UUID")).hasSize(32);
        return Web.header(begun, "Location");
    }

    private static byte[] piece(int from, int to) {
        return Arrays.copyOfRange(BYTES, from, to);
    }

    private static void check(HttpResponse<byte[]> answer, int status, String code) {
        assertThat(answer.statusCode()).as(Web.text(answer)).isEqualTo(status);
        assertThat(Web.text(answer)).startsWith("{\"errors\":[{\"code\":\"" + code + "\"");
    }

    private static void isThere(Web web, String repository) throws Exception {
        assertThat(web.get("/v2/" + repository + "/blobs/" + DIGEST).body()).isEqualTo(BYTES);
    }

    @Test
    void takesABlobInOneRequest() throws Exception {
        try (Web web = Web.open(directory)) {
            HttpResponse<byte[]> made = web.send("POST", "/v2/a/blobs/uploads/?digest=" + DIGEST, BYTES);
            assertThat(made.statusCode()).isEqualTo(201);
            assertThat(Web.header(made, "Location")).isEqualTo("/v2/a/blobs/" + DIGEST);
            isThere(web, "a");
            check(web.send("POST", "/v2/a/blobs/uploads/?digest=sha256:1", BYTES), 400, "DIGEST_INVALID");
            String other = "sha256:" + "0".repeat(64);
            check(web.send("POST", "/v2/a/blobs/uploads/?digest=" + other, BYTES), 400, "DIGEST_INVALID");
            assertThat(web.get("/v2/a/blobs/" + other).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void takesABlobAtTheEndOfAnUpload() throws Exception {
        try (Web web = Web.open(directory)) {
            String upload = begin(web, "a");
            check(web.send("PUT", upload, BYTES), 400, "DIGEST_INVALID");
            assertThat(web.send("PUT", upload + "?digest=" + DIGEST, BYTES).statusCode())
                    .isEqualTo(201);
            isThere(web, "a");
            check(web.get(upload), 404, "BLOB_UPLOAD_UNKNOWN");
        }
    }

    @Test
    void takesABlobInPieces() throws Exception {
        try (Web web = Web.open(directory)) {
            String upload = begin(web, "a");
            HttpResponse<byte[]> first = web.send("PATCH", upload, piece(0, 40_000), "Content-Range", "0-39999");
            assertThat(first.statusCode()).isEqualTo(202);
            assertThat(Web.header(first, "Range")).isEqualTo("0-39999");
            HttpResponse<byte[]> gap = web.send("PATCH", upload, piece(50_000, 60_000), "Content-Range", "50000-59999");
            check(gap, 416, "RANGE_INVALID");
            assertThat(Web.header(gap, "Range")).isEqualTo("0-39999");
            check(web.send("PATCH", upload, piece(0, 10), "Content-Range", "0-9"), 416, "RANGE_INVALID");
            check(web.send("PATCH", upload, piece(0, 10), "Content-Range", "bytes"), 416, "RANGE_INVALID");
            check(web.send("PATCH", upload, piece(0, 10), "Content-Range", "40000-39000"), 416, "RANGE_INVALID");
            check(web.send("PATCH", upload, piece(0, 10), "Content-Range", "40000-40020"), 400, "SIZE_INVALID");
            HttpResponse<byte[]> status = web.get(upload);
            assertThat(status.statusCode()).isEqualTo(204);
            assertThat(Web.header(status, "Range")).isEqualTo("0-39999");
            assertThat(web.send("PATCH", upload, piece(40_000, 60_000)).statusCode())
                    .isEqualTo(202);
            assertThat(web.send(
                                    "PUT",
                                    upload + "?digest=" + DIGEST,
                                    piece(60_000, 100_000),
                                    "Content-Range",
                                    "60000-99999")
                            .statusCode())
                    .isEqualTo(201);
            isThere(web, "a");
        }
    }

    @Test
    void goesOnAfterARestart() throws Exception {
        String upload;
        try (Web web = Web.open(directory, settings -> settings.withName("registry.test"))) {
            upload = begin(web, "a");
            web.send("PATCH", upload, piece(0, 40_000));
        }
        try (Web web = Web.open(directory, settings -> settings.withName("registry.test"))) {
            assertThat(Web.header(web.get(upload), "Range")).isEqualTo("0-39999");
            assertThat(web.send("PATCH", upload, piece(40_000, 50_000)).statusCode())
                    .isEqualTo(202);
            assertThat(web.send("PUT", upload + "?digest=" + DIGEST, piece(50_000, 100_000))
                            .statusCode())
                    .isEqualTo(201);
            isThere(web, "a");
        }
    }

    @Test
    void sweepsWhatNobodyGoesOnWith() throws Exception {
        String old;
        String young;
        Path uploads = directory.resolve("store/repositories/registry.test/a/_uploads");
        try (Web web = Web.open(directory, settings -> settings.withName("registry.test"))) {
            old = begin(web, "a");
            web.send("PATCH", old, piece(0, 40_000));
            young = begin(web, "a");
        }
        Path file = uploads.resolve(old.substring(old.lastIndexOf('/') + 1));
        assertThat(file).isNotEmptyFile();
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        try (Web web = Web.open(directory, settings -> settings.withName("registry.test"))) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (Files.exists(file) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            check(web.get(old), 404, "BLOB_UPLOAD_UNKNOWN");
            assertThat(web.get(young).statusCode()).isEqualTo(204);
        }
    }

    @Test
    void knowsSha512() throws Exception {
        String digest = "sha512:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(BYTES));
        try (Web web = Web.open(directory)) {
            String upload = begin(web, "a");
            web.send("PATCH", upload, piece(0, 40_000));
            assertThat(web.send("PUT", upload + "?digest=" + digest, piece(40_000, 100_000))
                            .statusCode())
                    .isEqualTo(201);
            assertThat(web.get("/v2/a/blobs/" + digest).body()).isEqualTo(BYTES);
        }
    }

    @Test
    void cancelsAnUpload() throws Exception {
        try (Web web = Web.open(directory)) {
            String upload = begin(web, "a");
            assertThat(web.send("DELETE", upload).statusCode()).isEqualTo(204);
            for (String method : List.of("GET", "DELETE", "PATCH")) {
                check(web.send(method, upload), 404, "BLOB_UPLOAD_UNKNOWN");
            }
            String other = begin(web, "a");
            check(web.send("PATCH", other.replace("/a/", "/b/"), BYTES), 404, "BLOB_UPLOAD_UNKNOWN");
            check(web.send("POST", other), 405, "UNSUPPORTED");
        }
    }

    @Test
    void mountsABlobOfAnotherRepository() throws Exception {
        try (Web web = Web.open(directory)) {
            web.blob("a", BYTES);
            assertThat(web.get("/v2/b/blobs/" + DIGEST).statusCode()).isEqualTo(404);
            String path = "/v2/b/blobs/uploads/?mount=" + DIGEST + "&from=";
            assertThat(web.send("POST", path + "c").statusCode()).isEqualTo(202);
            HttpResponse<byte[]> mounted = web.send("POST", path + "a");
            assertThat(mounted.statusCode()).isEqualTo(201);
            assertThat(Web.header(mounted, "Location")).isEqualTo("/v2/b/blobs/" + DIGEST);
            isThere(web, "b");
        }
    }

    @Test
    void limitsWhatItTakes() throws Exception {
        try (Web web = Web.open(directory, settings -> settings.withLimits(Limits.USUAL.withBlob(1000)))) {
            check(web.send("POST", "/v2/a/blobs/uploads/?digest=" + DIGEST, BYTES), 413, "SIZE_INVALID");
            String upload = begin(web, "a");
            web.send("PATCH", upload, piece(0, 900));
            check(web.send("PATCH", upload, piece(0, 101)), 413, "SIZE_INVALID");
            check(
                    web.send("PUT", "/v2/a/manifests/x", new byte[(4 << 20) + 1], "Content-Type", MediaTypes.MANIFEST),
                    413,
                    "SIZE_INVALID");
        }
    }

    @Test
    void refusesManifestsThatCannotBe() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a", "one", 1, 1000);
            byte[] bytes = web.get("/v2/a/manifests/one").body();
            String json = new String(bytes, StandardCharsets.UTF_8);
            refuse(web, "two", MediaTypes.MANIFEST, "{", 400, "MANIFEST_INVALID");
            refuse(web, "two", MediaTypes.INDEX, json, 400, "MANIFEST_INVALID");
            refuse(web, "two", "text/plain", json, 400, "MANIFEST_INVALID");
            refuse(web, ".two", MediaTypes.MANIFEST, json, 400, "TAG_INVALID");
            refuse(web, "t".repeat(129), MediaTypes.MANIFEST, json, 400, "TAG_INVALID");
            refuse(web, "sha256:" + "0".repeat(64), MediaTypes.MANIFEST, json, 400, "DIGEST_INVALID");
            // a repository of its own: the blobs are in the store, but not in it
            check(
                    web.send("PUT", "/v2/b/manifests/one", bytes, "Content-Type", MediaTypes.MANIFEST),
                    404,
                    "MANIFEST_BLOB_UNKNOWN");
            refuse(
                    web,
                    "two",
                    MediaTypes.MANIFEST,
                    json.replace("\"size\":1000", "\"size\":1001"),
                    400,
                    "MANIFEST_INVALID");
            // CVE-2021-41190: both an image and an index
            String both = json.substring(0, json.length() - 1) + ",\"manifests\":[]}";
            refuse(web, "two", MediaTypes.MANIFEST, both, 400, "MANIFEST_INVALID");
            String index = "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaTypes.MANIFEST
                    + "\",\"size\":5,\"digest\":\"sha256:" + "0".repeat(64) + "\"}]}";
            refuse(web, "two", MediaTypes.INDEX, index, 404, "MANIFEST_BLOB_UNKNOWN");
            assertThat(web.get("/v2/a/manifests/two").statusCode()).isEqualTo(404);
            assertThat(web.get("/v2/a/manifests/" + image.digest()).statusCode())
                    .isEqualTo(200);
        }
    }

    private static void refuse(Web web, String reference, String type, String json, int status, String code)
            throws Exception {
        check(
                web.send(
                        "PUT",
                        "/v2/a/manifests/" + reference,
                        json.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        type),
                status,
                code);
    }

    @Test
    void whatIsPushedIsAnImageOfTheEngine() throws Exception {
        try (Web web = Web.open(directory, settings -> settings.withName("registry.test"))) {
            Descriptor image = web.image("a/b", "one", 1, 1000);
            assertThat(web.store().images().names()).isEqualTo(Map.of("registry.test/a/b:one", image.digest()));
            StoredImage stored = web.store().images().find(image.digest()).orElseThrow();
            assertThat(stored.repositories()).containsExactly("registry.test/a/b");
            assertThat(stored.dropped()).isFalse();

            Descriptor second = web.image("a/b", "one", 5, 10);
            assertThat(web.store().images().names()).isEqualTo(Map.of("registry.test/a/b:one", second.digest()));
            assertThat(web.store().images().find(image.digest()).orElseThrow().dropped())
                    .isTrue();
            web.store().collector().collect(Duration.ZERO);
            // nothing has its tag, but the repository has it still
            assertThat(web.get("/v2/a/b/manifests/" + image.digest()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void showsImagesOfTheEngine() throws Exception {
        Descriptor image;
        try (Web web = Web.open(directory, settings -> settings.withName("one.test"))) {
            image = web.image("a/b", "one", 1, 1000);
        }
        try (Web web = Web.open(directory, settings -> settings.withName("two.test"))) {
            assertThat(web.get("/v2/one.test/a/b/manifests/one").statusCode()).isEqualTo(404);
            web.store().images().change(records -> {
                dev.estiba.oci.image.Reference name = dev.estiba.oci.image.Reference.parse("two.test/c:two");
                return records.name(name, image.digest());
            });
            byte[] layer = Web.random(1, 1000);
            assertThat(web.get("/v2/c/manifests/two").statusCode()).isEqualTo(200);
            assertThat(web.get("/v2/c/blobs/" + Digest.of(layer)).body()).isEqualTo(layer);
            check(web.send("DELETE", "/v2/c/blobs/" + Digest.of(layer)), 405, "UNSUPPORTED");
            assertThat(Web.text(web.get("/v2/_catalog"))).isEqualTo("{\"repositories\":[\"c\"]}");
        }
        try (Web web =
                Web.open(directory, settings -> settings.withName("two.test").withAll())) {
            assertThat(web.get("/v2/one.test/a/b/manifests/one").statusCode()).isEqualTo(200);
            assertThat(Web.text(web.get("/v2/_catalog"))).isEqualTo("{\"repositories\":[\"c\",\"one.test/a/b\"]}");
            assertThat(web.get("/v2/one_test/a/b/manifests/one").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void deletesByTagAndByDigest() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a", "one", 1, 1000);
            web.image("a", "two", 1, 1000);
            web.image("b", "one", 1, 1000);
            assertThat(web.send("DELETE", "/v2/a/manifests/two").statusCode()).isEqualTo(202);
            check(web.send("DELETE", "/v2/a/manifests/two"), 404, "MANIFEST_UNKNOWN");
            assertThat(web.get("/v2/a/manifests/one").statusCode()).isEqualTo(200);
            assertThat(web.send("DELETE", "/v2/a/manifests/" + image.digest()).statusCode())
                    .isEqualTo(202);
            assertThat(web.get("/v2/a/manifests/one").statusCode()).isEqualTo(404);
            assertThat(web.get("/v2/a/manifests/" + image.digest()).statusCode())
                    .isEqualTo(404);
            assertThat(web.get("/v2/b/manifests/one").statusCode()).isEqualTo(200);
            Digest layer = Digest.of(Web.random(1, 1000));
            assertThat(web.send("DELETE", "/v2/a/blobs/" + layer).statusCode()).isEqualTo(202);
            check(web.send("DELETE", "/v2/a/blobs/" + layer), 404, "BLOB_UNKNOWN");
            check(web.get("/v2/a/blobs/" + layer), 404, "BLOB_UNKNOWN");
            check(web.send("DELETE", "/v2/nobody/manifests/one"), 404, "NAME_UNKNOWN");
            assertThat(web.get("/v2/b/blobs/" + layer).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void listsReferrers() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a", "one", 1, 1000);
            String path = "/v2/a/referrers/" + image.digest();
            assertThat(Web.text(web.get(path)))
                    .isEqualTo("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.INDEX + "\",\"manifests\":[]}");
            Descriptor signature = artifact(web, image, "test/signature", "one");
            Descriptor report = artifact(web, image, "test/report", "two");
            HttpResponse<byte[]> all = web.get(path);
            assertThat(Web.header(all, "Content-Type")).isEqualTo(MediaTypes.INDEX);
            assertThat(Web.text(all))
                    .contains(signature.digest().toString(), report.digest().toString(), "\"about\":\"two\"");
            HttpResponse<byte[]> some = web.get(path + "?artifactType=test/report");
            assertThat(Web.header(some, "OCI-Filters-Applied")).isEqualTo("artifactType");
            assertThat(Web.text(some))
                    .contains(report.digest().toString())
                    .doesNotContain(signature.digest().toString());
            assertThat(web.send("DELETE", "/v2/a/manifests/" + report.digest()).statusCode())
                    .isEqualTo(202);
            assertThat(Web.text(web.get(path))).doesNotContain(report.digest().toString());
            assertThat(web.get("/v2/nobody/referrers/" + image.digest()).statusCode())
                    .isEqualTo(200);
        }
    }

    private static Descriptor artifact(Web web, Descriptor subject, String type, String about) throws Exception {
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        Descriptor config = Descriptor.of(MediaTypes.EMPTY, web.blob("a", empty).digest(), 2);
        Manifest artifact = new Manifest(
                Optional.of(MediaTypes.MANIFEST),
                Optional.of(type),
                config,
                List.of(config),
                Optional.of(subject),
                Map.of("about", about));
        byte[] bytes = ImageWriter.write(artifact);
        HttpResponse<byte[]> put =
                web.send("PUT", "/v2/a/manifests/" + Digest.of(bytes), bytes, "Content-Type", MediaTypes.MANIFEST);
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(Web.header(put, "OCI-Subject")).isEqualTo(subject.digest().toString());
        return Descriptor.of(MediaTypes.MANIFEST, Digest.of(bytes), bytes.length);
    }

    @Test
    void takesIndexes() throws Exception {
        try (Web web = Web.open(directory, settings -> settings.withName("registry.test"))) {
            Descriptor one = web.image("a", "one", 1, 10);
            Descriptor two = web.image("a", "two", 2, 10);
            Index index = new Index(
                    Optional.of(MediaTypes.INDEX), Optional.empty(), List.of(one, two), Optional.empty(), Map.of());
            byte[] bytes = ImageWriter.write(index);
            HttpResponse<byte[]> put = web.send("PUT", "/v2/a/manifests/both", bytes, "Content-Type", MediaTypes.INDEX);
            assertThat(put.statusCode()).as(Web.text(put)).isEqualTo(201);
            assertThat(Web.header(web.get("/v2/a/manifests/both"), "Content-Type"))
                    .isEqualTo(MediaTypes.INDEX);
            assertThat(web.store().images().find(Digest.of(bytes)).orElseThrow().variants())
                    .hasSize(2);
        }
    }

    @Test
    void severalPushTheSameAtOnce() throws Exception {
        try (Web web = Web.open(directory);
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Descriptor>> pushes = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String repository = "r" + i % 2;
                String tag = "t" + i;
                pushes.add(() -> web.image(repository, tag, 1, 200_000, 10));
            }
            for (Future<Descriptor> each : threads.invokeAll(pushes)) {
                each.get();
            }
            assertThat(web.get("/v2/r1/blobs/" + Digest.of(Web.random(1, 200_000)))
                            .body())
                    .isEqualTo(Web.random(1, 200_000));
            assertThat(web.store().images().names()).hasSize(16);
        }
    }

    @Test
    void collectsWhatNobodyNames() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a", "one", 1, 1000);
            String upload = begin(web, "a");
            web.send("PATCH", upload, piece(0, 1000));
            web.store().collector().collect(Duration.ZERO);
            Digest layer = Digest.of(Web.random(1, 1000));
            assertThat(web.get("/v2/a/blobs/" + layer).statusCode()).isEqualTo(200);
            assertThat(web.send("PUT", upload + "?digest=" + DIGEST, piece(1000, 100_000))
                            .statusCode())
                    .isEqualTo(201);
            web.store().collector().collect(Duration.ZERO);
            isThere(web, "a"); // it waits for its manifest

            web.send("DELETE", "/v2/a/manifests/" + image.digest());
            web.send("DELETE", "/v2/a/blobs/" + layer);
            web.store().collector().collect(Duration.ZERO);
            assertThat(web.store().blobs().has(layer)).isFalse();
            assertThat(web.store().blobs().has(image.digest())).isFalse();
            isThere(web, "a");
        }
    }
}

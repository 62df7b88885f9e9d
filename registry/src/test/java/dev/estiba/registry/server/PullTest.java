package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is given out: each end point that reads, its conditions and its refusals. */
class PullTest {
    @TempDir
    private Path directory;

    @Test
    void saysThatItIsARegistry() throws Exception {
        try (Web web = Web.open(directory)) {
            for (String path : List.of("/v2/", "/v2", "/healthz")) {
                assertThat(web.get(path).statusCode()).as(path).isEqualTo(200);
                assertThat(web.send("HEAD", path).statusCode()).as(path).isEqualTo(200);
                HttpResponse<byte[]> posted = web.send("POST", path);
                assertThat(posted.statusCode()).as(path).isEqualTo(405);
                assertThat(Web.header(posted, "Allow")).isEqualTo("GET, HEAD");
            }
            assertThat(Web.header(web.get("/v2/"), "Docker-Distribution-Api-Version"))
                    .isEqualTo("registry/2.0");
            for (String path : List.of("/", "/v1/", "/v3/x", "/v2/a/b", "/v2/a/tags", "/v2/a/tags/list/x")) {
                assertThat(web.get(path).statusCode()).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void givesManifestsByTagAndDigest() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a/b", "one", 1, 1000);
            for (String reference : List.of("one", image.digest().toString())) {
                String path = "/v2/a/b/manifests/" + reference;
                HttpResponse<byte[]> got = web.get(path);
                assertThat(got.statusCode()).isEqualTo(200);
                assertThat(Digest.of(got.body())).isEqualTo(image.digest());
                assertThat(Web.header(got, "Content-Type")).isEqualTo(MediaTypes.MANIFEST);
                assertThat(Web.header(got, "Docker-Content-Digest"))
                        .isEqualTo(image.digest().toString());
                assertThat(Web.header(got, "ETag")).isEqualTo("\"" + image.digest() + "\"");
                HttpResponse<byte[]> head = web.send("HEAD", path);
                assertThat(head.statusCode()).isEqualTo(200);
                assertThat(head.body()).isEmpty();
                assertThat(Web.header(head, "Content-Length")).isEqualTo(Long.toString(image.size()));
                assertThat(web.get(path, "If-None-Match", Web.header(got, "ETag"))
                                .statusCode())
                        .isEqualTo(304);
                assertThat(web.get(path, "If-None-Match", "\"sha256:0\", W/\"x\"")
                                .statusCode())
                        .isEqualTo(200);
                assertThat(web.get(path, "Accept", MediaTypes.INDEX).statusCode())
                        .isEqualTo(404);
                assertThat(web.get(path, "Accept", MediaTypes.INDEX + ", " + MediaTypes.MANIFEST + ";q=0.5")
                                .statusCode())
                        .isEqualTo(200);
                assertThat(web.get(path, "Accept", "*/*").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        try (Web web = Web.open(directory)) {
            web.image("a", "one", 1, 1000);
            String other = "sha256:" + "0".repeat(64);
            check(web, "/v2/a/manifests/two", 404, "MANIFEST_UNKNOWN");
            check(web, "/v2/a/manifests/" + other, 404, "MANIFEST_UNKNOWN");
            check(web, "/v2/nobody/manifests/one", 404, "NAME_UNKNOWN");
            check(web, "/v2/nobody/tags/list", 404, "NAME_UNKNOWN");
            check(web, "/v2/a/blobs/" + other, 404, "BLOB_UNKNOWN");
            check(web, "/v2/a/blobs/sha256:0", 400, "DIGEST_INVALID");
            check(web, "/v2/a/manifests/sha256:" + "A".repeat(64), 400, "DIGEST_INVALID");
            check(web, "/v2/a/blobs/md5:" + "0".repeat(32), 400, "DIGEST_INVALID");
            check(web, "/v2/A/manifests/one", 400, "NAME_INVALID");
            check(web, "/v2/a//b/manifests/one", 400, "NAME_INVALID");
            check(web, "/v2/" + "a".repeat(300) + "/manifests/one", 400, "NAME_INVALID");
            check(web, "/v2/a/blobs/uploads/" + "0".repeat(32), 404, "BLOB_UPLOAD_UNKNOWN");
            check(web, "/v2/a/referrers/x", 400, "DIGEST_INVALID");
        }
    }

    private static void check(Web web, String path, int status, String code) throws Exception {
        HttpResponse<byte[]> answer = web.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(status);
        assertThat(Web.text(answer)).as(path).startsWith("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"");
    }

    @Test
    void givesPartsOfBlobs() throws Exception {
        try (Web web = Web.open(directory)) {
            byte[] bytes = Web.random(2, 300_000);
            String path = "/v2/a/blobs/" + web.blob("a", bytes).digest();
            HttpResponse<byte[]> all = web.get(path);
            assertThat(all.statusCode()).isEqualTo(200);
            assertThat(all.body()).isEqualTo(bytes);
            assertThat(Web.header(all, "Accept-Ranges")).isEqualTo("bytes");
            String tag = Web.header(all, "ETag");
            part(web, path, "bytes=0-0", Arrays.copyOfRange(bytes, 0, 1), "bytes 0-0/300000");
            part(web, path, "bytes=10-99", Arrays.copyOfRange(bytes, 10, 100), "bytes 10-99/300000");
            part(web, path, "bytes=299990-", Arrays.copyOfRange(bytes, 299_990, 300_000), "bytes 299990-299999/300000");
            part(
                    web,
                    path,
                    "bytes=299990-999999",
                    Arrays.copyOfRange(bytes, 299_990, 300_000),
                    "bytes 299990-299999/300000");
            part(web, path, "bytes=-5", Arrays.copyOfRange(bytes, 299_995, 300_000), "bytes 299995-299999/300000");
            for (String range : List.of("bytes=300000-", "bytes=999999-9999999", "bytes=-0")) {
                HttpResponse<byte[]> outside = web.get(path, "Range", range);
                assertThat(outside.statusCode()).as(range).isEqualTo(416);
                assertThat(Web.header(outside, "Content-Range")).isEqualTo("bytes */300000");
            }
            for (String range : List.of("bytes=9-1", "bytes=0-1,5-6", "lines=0-1", "bytes=-", "bytes=x")) {
                assertThat(web.get(path, "Range", range).statusCode()).as(range).isEqualTo(200);
            }
            assertThat(web.get(path, "Range", "bytes=0-0", "If-Range", tag).statusCode())
                    .isEqualTo(206);
            assertThat(web.get(path, "Range", "bytes=0-0", "If-Range", "\"other\"")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(web.get(path, "If-None-Match", tag).statusCode()).isEqualTo(304);
            HttpResponse<byte[]> head = web.send("HEAD", path);
            assertThat(Web.header(head, "Content-Length")).isEqualTo("300000");
            assertThat(web.get("/v2/a/blobs/" + web.blob("a", new byte[0]).digest())
                            .body())
                    .isEmpty();
        }
    }

    private static void part(Web web, String path, String range, byte[] bytes, String said) throws Exception {
        HttpResponse<byte[]> answer = web.get(path, "Range", range);
        assertThat(answer.statusCode()).as(range).isEqualTo(206);
        assertThat(answer.body()).as(range).isEqualTo(bytes);
        assertThat(Web.header(answer, "Content-Range")).isEqualTo(said);
    }

    @Test
    void listsPageByPage() throws Exception {
        try (Web web = Web.open(directory)) {
            for (String tag : List.of("b", "a", "d", "c")) {
                web.image("one/repository", tag, 1, 10);
            }
            web.image("another", "x", 1, 10);
            String path = "/v2/one/repository/tags/list";
            assertThat(Web.text(web.get(path)))
                    .isEqualTo("{\"name\":\"one/repository\",\"tags\":[\"a\",\"b\",\"c\",\"d\"]}");
            HttpResponse<byte[]> first = web.get(path + "?n=3");
            assertThat(Web.text(first)).endsWith("\"tags\":[\"a\",\"b\",\"c\"]}");
            assertThat(Web.header(first, "Link")).isEqualTo("<" + path + "?n=3&last=c>; rel=\"next\"");
            HttpResponse<byte[]> last = web.get(path + "?n=3&last=c");
            assertThat(Web.text(last)).endsWith("\"tags\":[\"d\"]}");
            assertThat(Web.header(last, "Link")).isEmpty();
            assertThat(Web.text(web.get(path + "?n=0"))).endsWith("\"tags\":[]}");
            assertThat(web.get(path + "?n=-1").statusCode()).isEqualTo(400);
            assertThat(web.get(path + "?n=x").statusCode()).isEqualTo(400);
            assertThat(Web.text(web.get("/v2/_catalog")))
                    .isEqualTo("{\"repositories\":[\"another\",\"one/repository\"]}");
            HttpResponse<byte[]> catalog = web.get("/v2/_catalog?n=1");
            assertThat(Web.header(catalog, "Link")).isEqualTo("</v2/_catalog?n=1&last=another>; rel=\"next\"");
        }
    }
}

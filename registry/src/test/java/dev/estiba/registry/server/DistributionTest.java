package dev.estiba.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The distribution specification 1.1, end point by end point (end-1 to end-13) and error by error, in the order of its conformance
 * tests: pull, push, content discovery, content management.
 */
class DistributionTest {
    private static final byte[] BLOB = Web.random(3, 1000);
    private static final String DIGEST = Digest.of(BLOB).toString();
    private static final String NOBODY = "sha256:" + "0".repeat(64);

    @TempDir
    private Path directory;

    /**
     * A request and what has to be answered.
     *
     * @param path with MANIFEST, BLOB and UPLOAD for what there is
     * @param expected words: a code of error, or headers as NAME=VALUE, or NAME= of one that must not be there
     */
    private record Row(
            String method, String path, byte[] body, List<String> headers, int status, List<String> expected) {}

    private static Row row(String method, String path, int status, String... expected) {
        return new Row(method, path, new byte[0], List.of(), status, List.of(expected));
    }

    private Row with(Row row, byte[] body, String... headers) {
        return new Row(row.method, row.path, body, List.of(headers), row.status, row.expected);
    }

    private static void check(Web web, Map<String, String> names, List<Row> rows) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Row row : rows) {
            String path = row.path;
            for (Map.Entry<String, String> each : names.entrySet()) {
                path = path.replace(each.getKey(), each.getValue());
            }
            HttpResponse<byte[]> answer = web.send(row.method, path, row.body, row.headers.toArray(String[]::new));
            String told = row.method + " " + path + " " + row.headers + ": " + answer.statusCode() + " "
                    + answer.headers().map();
            if (answer.statusCode() != row.status) {
                wrong.add(told + " is not " + row.status);
            }
            if (row.method.equals("HEAD") && answer.body().length > 0) {
                wrong.add(told + " has a body");
            }
            for (String expected : row.expected) {
                int equals = expected.indexOf('=');
                if (equals < 0
                        && !Web.text(answer).startsWith("{\"errors\":[{\"code\":\"" + expected + "\",\"message\":\"")) {
                    wrong.add(told + " does not say " + expected + ": " + Web.text(answer));
                }
                if (equals > 0) {
                    String value = expected.substring(equals + 1);
                    for (Map.Entry<String, String> each : names.entrySet()) {
                        value = value.replace(each.getKey(), each.getValue());
                    }
                    if (!Web.header(answer, expected.substring(0, equals)).equals(value)) {
                        wrong.add(told + " has not " + expected);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void pull() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a/b", "one", List.of(BLOB));
            Map<String, String> names = Map.of("MANIFEST", image.digest().toString(), "BLOB", DIGEST);
            List<Row> rows = new ArrayList<>();
            for (String method : List.of("GET", "HEAD")) {
                String code = method.equals("GET") ? "" : "Content-Type=application/json";
                rows.addAll(List.of(
                        row(method, "/v2/", 200, "Docker-Distribution-Api-Version=registry/2.0"), // end-1
                        row(method, "/v2/a/b/blobs/BLOB", 200, "Docker-Content-Digest=BLOB", "Content-Length=1000"),
                        row(method, "/v2/a/b/blobs/BLOB", 200, "ETag=\"BLOB\"", "Accept-Ranges=bytes"),
                        row(method, "/v2/a/b/blobs/" + NOBODY, 404, said(code, "BLOB_UNKNOWN")),
                        row(method, "/v2/other/blobs/BLOB", 404, said(code, "BLOB_UNKNOWN")),
                        row(method, "/v2/a/b/blobs/sha256:x", 400, said(code, "DIGEST_INVALID")),
                        row(method, "/v2/a/b/manifests/one", 200, "Docker-Content-Digest=MANIFEST"), // end-3
                        row(method, "/v2/a/b/manifests/MANIFEST", 200, "Content-Type=" + MediaTypes.MANIFEST),
                        row(method, "/v2/a/b/manifests/MANIFEST", 200, "Content-Length=" + image.size()),
                        row(method, "/v2/a/b/manifests/two", 404, said(code, "MANIFEST_UNKNOWN")),
                        row(method, "/v2/a/b/manifests/.INVALID", 404, said(code, "MANIFEST_UNKNOWN")),
                        row(method, "/v2/a/b/manifests/" + NOBODY, 404, said(code, "MANIFEST_UNKNOWN")),
                        row(method, "/v2/other/manifests/one", 404, said(code, "NAME_UNKNOWN")),
                        row(method, "/v2/A/manifests/one", 400, said(code, "NAME_INVALID")),
                        with(
                                row(method, "/v2/a/b/blobs/BLOB", 304, "Content-Length="),
                                new byte[0],
                                "If-None-Match",
                                "\"" + DIGEST + "\""),
                        with(
                                row(method, "/v2/a/b/manifests/one", 304, "Content-Length="),
                                new byte[0],
                                "If-None-Match",
                                "\"" + image.digest() + "\""),
                        with(row(method, "/v2/a/b/manifests/one", 404), new byte[0], "Accept", MediaTypes.INDEX)));
            }
            rows.add(with(
                    row("GET", "/v2/a/b/blobs/BLOB", 206, "Content-Range=bytes 1-2/1000", "Content-Length=2"),
                    new byte[0],
                    "Range",
                    "bytes=1-2"));
            rows.add(with(
                    row("GET", "/v2/a/b/blobs/BLOB", 416, "RANGE_INVALID", "Content-Range=bytes */1000"),
                    new byte[0],
                    "Range",
                    "bytes=1000-"));
            check(web, names, rows);
        }
    }

    private static String said(String ofHead, String code) {
        return ofHead.isEmpty() ? code : ofHead;
    }

    @Test
    void push() throws Exception {
        try (Web web = Web.open(directory)) {
            byte[] half = Arrays.copyOf(BLOB, 400);
            byte[] rest = Arrays.copyOfRange(BLOB, 400, 1000);
            String upload = begin(web);
            check(
                    web,
                    Map.of("UPLOAD", upload, "BLOB", DIGEST),
                    List.of(
                            row("GET", "UPLOAD", 204, "Range=0-0", "Location=UPLOAD"), // end-13
                            row("PUT", "UPLOAD", 400, "DIGEST_INVALID"), // end-6, without ?digest=
                            with(
                                    row("PATCH", "UPLOAD", 202, "Range=0-399", "Location=UPLOAD"),
                                    half,
                                    "Content-Range",
                                    "0-399"),
                            with(
                                    row("PATCH", "UPLOAD", 416, "RANGE_INVALID", "Range=0-399"),
                                    half,
                                    "Content-Range",
                                    "0-399"),
                            with(row("PATCH", "UPLOAD", 416, "RANGE_INVALID"), rest, "Content-Range", "500-1099"),
                            with(row("PATCH", "UPLOAD", 400, "SIZE_INVALID"), rest, "Content-Range", "400-999999"),
                            row("GET", "UPLOAD", 204, "Range=0-399"),
                            with(
                                    row("PUT", "UPLOAD?digest=BLOB", 201, "Docker-Content-Digest=BLOB"),
                                    rest,
                                    "Content-Range",
                                    "400-999"),
                            row("GET", "UPLOAD", 404, "BLOB_UPLOAD_UNKNOWN"),
                            row("PATCH", "UPLOAD", 404, "BLOB_UPLOAD_UNKNOWN"),
                            row("GET", "/v2/a/b/blobs/BLOB", 200)));
            String cancelled = begin(web);
            String wrong = begin(web);
            check(
                    web,
                    Map.of("CANCELLED", cancelled, "WRONG", wrong, "BLOB", DIGEST),
                    List.of(
                            row("DELETE", "CANCELLED", 204),
                            row("DELETE", "CANCELLED", 404, "BLOB_UPLOAD_UNKNOWN"),
                            with(row("PUT", "WRONG?digest=" + NOBODY, 400, "DIGEST_INVALID"), BLOB),
                            row("GET", "/v2/a/b/blobs/" + NOBODY, 404, "BLOB_UNKNOWN"),
                            with(
                                    row("POST", "/v2/c/blobs/uploads/?digest=BLOB", 201, "Location=/v2/c/blobs/BLOB"),
                                    BLOB),
                            row("POST", "/v2/d/blobs/uploads/?mount=BLOB&from=a/b", 201, "Location=/v2/d/blobs/BLOB"),
                            row("POST", "/v2/e/blobs/uploads/?mount=BLOB&from=nobody", 202),
                            row("POST", "/v2/e/blobs/uploads/?mount=BLOB", 202), // without from: an upload
                            row("POST", "/v2/E/blobs/uploads/", 400, "NAME_INVALID"),
                            row("GET", "/v2/a/b/blobs/uploads/", 405, "UNSUPPORTED", "Allow=POST"),
                            row("PUT", "/v2/a/b/blobs/BLOB", 405, "UNSUPPORTED", "Allow=GET, HEAD, DELETE"),
                            row("POST", "/v2/a/b/manifests/x", 405, "UNSUPPORTED", "Allow=GET, HEAD, PUT, DELETE"),
                            row("PUT", "/v2/a/b/tags/list", 405, "UNSUPPORTED", "Allow=GET, HEAD"),
                            row("PUT", "/v2/a/b/referrers/BLOB", 405, "UNSUPPORTED", "Allow=GET, HEAD"),
                            row("DELETE", "/v2/", 405, "UNSUPPORTED", "Allow=GET, HEAD"),
                            row("DELETE", "/v2/_catalog", 405, "UNSUPPORTED", "Allow=GET, HEAD")));
            manifests(web);
        }
    }

    private static String begin(Web web) throws Exception {
        HttpResponse<byte[]> begun = web.send("POST", "/v2/a/b/blobs/uploads/"); // end-4a
        assertThat(begun.statusCode()).isEqualTo(202);
        return Web.header(begun, "Location");
    }

    private void manifests(Web web) throws Exception {
        Descriptor image = web.image("m", "base", List.of(BLOB));
        byte[] bytes = web.get("/v2/m/manifests/base").body();
        String type = MediaTypes.MANIFEST;
        String missing = new String(bytes, StandardCharsets.UTF_8).replace(DIGEST, NOBODY);
        check(
                web,
                Map.of("MANIFEST", image.digest().toString()),
                List.of(
                        with(
                                row(
                                        "PUT",
                                        "/v2/m/manifests/tag",
                                        201,
                                        "Docker-Content-Digest=MANIFEST",
                                        "Location=/v2/m/manifests/MANIFEST",
                                        "OCI-Subject="),
                                bytes,
                                "Content-Type",
                                type), // end-7
                        with(row("PUT", "/v2/m/manifests/MANIFEST", 201), bytes, "Content-Type", type),
                        with(
                                row("PUT", "/v2/m/manifests/" + NOBODY, 400, "DIGEST_INVALID"),
                                bytes,
                                "Content-Type",
                                type),
                        with(
                                row("PUT", "/v2/m/manifests/tag", 404, "MANIFEST_BLOB_UNKNOWN"),
                                missing.getBytes(StandardCharsets.UTF_8),
                                "Content-Type",
                                type),
                        with(
                                row("PUT", "/v2/m/manifests/tag", 400, "MANIFEST_INVALID"),
                                new byte[] {'{'},
                                "Content-Type",
                                type),
                        with(row("PUT", "/v2/m/manifests/-tag", 400, "TAG_INVALID"), bytes, "Content-Type", type),
                        with(row("PUT", "/v2/M/manifests/tag", 400, "NAME_INVALID"), bytes, "Content-Type", type),
                        row("GET", "/v2/m/manifests/tag", 200)));
    }

    @Test
    void contentDiscovery() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a/b", "0", List.of(BLOB));
            Set<String> tags = new HashSet<>(Set.of("0"));
            for (int i = 1; i < 8; i++) {
                web.image("a/b", "t" + i, List.of(BLOB));
                tags.add("t" + i);
            }
            assertThat(walk(web, "/v2/a/b/tags/list?n=3", Pattern.compile("\"(0|t[0-9])\"")))
                    .isEqualTo(tags);
            Set<String> all = new HashSet<>();
            Set<String> reports = new HashSet<>();
            String about = "x".repeat(200_000);
            for (int i = 0; i < 24; i++) { // more than fit on a page
                String type = i % 2 == 0 ? "test/report" : "test/signature";
                String digest = artifact(web, image, type, i + about).toString();
                all.add(digest);
                if (i % 2 == 0) {
                    reports.add(digest);
                }
            }
            Pattern digests = Pattern.compile("\"digest\":\"([^\"]+)\"");
            String path = "/v2/a/b/referrers/" + image.digest();
            assertThat(walk(web, path, digests)).isEqualTo(all);
            assertThat(walk(web, path + "?artifactType=test/report", digests)).isEqualTo(reports);
            assertThat(walk(web, path + "?artifactType=test/nothing", digests)).isEmpty();
            check(
                    web,
                    Map.of("MANIFEST", image.digest().toString()),
                    List.of(
                            row("GET", "/v2/a/b/tags/list?n=0", 200), // end-8
                            row("GET", "/v2/a/b/tags/list?n=x", 400, "PAGINATION_NUMBER_INVALID"),
                            row("GET", "/v2/nobody/tags/list", 404, "NAME_UNKNOWN"),
                            row("HEAD", "/v2/a/b/tags/list", 200, "Content-Type=application/json"),
                            row(
                                    "GET",
                                    "/v2/a/b/referrers/MANIFEST",
                                    200,
                                    "Content-Type=" + MediaTypes.INDEX,
                                    "OCI-Filters-Applied="), // end-12
                            row(
                                    "GET",
                                    "/v2/a/b/referrers/MANIFEST?artifactType=x/y",
                                    200,
                                    "OCI-Filters-Applied=artifactType"),
                            row("GET", "/v2/a/b/referrers/" + NOBODY, 200, "Content-Type=" + MediaTypes.INDEX),
                            row("GET", "/v2/nobody/referrers/" + NOBODY, 200),
                            row("GET", "/v2/a/b/referrers/tag", 400, "DIGEST_INVALID"),
                            row("GET", "/v2/_catalog", 200)));
        }
    }

    /** What is on a list, page after page. */
    private static Set<String> walk(Web web, String path, Pattern entry) throws Exception {
        Set<String> found = new HashSet<>();
        String next = path;
        while (!next.isEmpty()) {
            HttpResponse<byte[]> page = web.get(next);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body().length).as("what clients take").isLessThan(4 << 20);
            Matcher entries = entry.matcher(Web.text(page));
            while (entries.find()) {
                assertThat(found.add(entries.group(1))).as("twice").isTrue();
            }
            Matcher link = Pattern.compile("<([^>]+)>; rel=\"next\"").matcher(Web.header(page, "Link"));
            next = link.matches() ? link.group(1) : "";
        }
        return found;
    }

    private static Digest artifact(Web web, Descriptor subject, String type, String about) throws Exception {
        byte[] empty = "{}".getBytes(StandardCharsets.US_ASCII);
        Descriptor config =
                Descriptor.of(MediaTypes.EMPTY, web.blob("a/b", empty).digest(), 2);
        byte[] bytes = ImageWriter.write(new Manifest(
                Optional.of(MediaTypes.MANIFEST),
                Optional.of(type),
                config,
                List.of(config),
                Optional.of(subject),
                Map.of("about", about)));
        HttpResponse<byte[]> put =
                web.send("PUT", "/v2/a/b/manifests/" + Digest.of(bytes), bytes, "Content-Type", MediaTypes.MANIFEST);
        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(Web.header(put, "OCI-Subject")).isEqualTo(subject.digest().toString());
        return Digest.of(bytes);
    }

    @Test
    void contentManagement() throws Exception {
        try (Web web = Web.open(directory)) {
            Descriptor image = web.image("a/b", "one", List.of(BLOB));
            web.image("a/b", "two", List.of(BLOB));
            check(
                    web,
                    Map.of("MANIFEST", image.digest().toString(), "BLOB", DIGEST),
                    List.of(
                            row("DELETE", "/v2/a/b/manifests/nobody", 404, "MANIFEST_UNKNOWN"),
                            row("DELETE", "/v2/nobody/manifests/one", 404, "NAME_UNKNOWN"),
                            row("DELETE", "/v2/a/b/manifests/" + NOBODY, 404, "MANIFEST_UNKNOWN"),
                            row("DELETE", "/v2/a/b/blobs/" + NOBODY, 404, "BLOB_UNKNOWN"),
                            row("DELETE", "/v2/a/b/blobs/x", 400, "DIGEST_INVALID"),
                            row("DELETE", "/v2/a/b/manifests/one", 202), // end-9: a tag
                            row("GET", "/v2/a/b/manifests/one", 404, "MANIFEST_UNKNOWN"),
                            row("GET", "/v2/a/b/manifests/two", 200),
                            row("DELETE", "/v2/a/b/blobs/BLOB", 405, "UNSUPPORTED"), // an image is made of it
                            row("DELETE", "/v2/a/b/manifests/MANIFEST", 202), // end-9
                            row("GET", "/v2/a/b/manifests/MANIFEST", 404, "MANIFEST_UNKNOWN"),
                            row("GET", "/v2/a/b/manifests/two", 404, "MANIFEST_UNKNOWN"),
                            row("DELETE", "/v2/a/b/blobs/BLOB", 202), // end-10
                            row("DELETE", "/v2/a/b/blobs/BLOB", 404, "BLOB_UNKNOWN"),
                            row("GET", "/v2/a/b/blobs/BLOB", 404, "BLOB_UNKNOWN"),
                            row("GET", "/v2/a/b/tags/list", 200)));
        }
    }
}

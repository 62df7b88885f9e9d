package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a name, a registry or an image is said in one line, with what to do, and nothing gets a name. */
@Tag("kernel")
class BadInputKernelTest {
    private static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    @TempDir
    Path place;

    private ProductRoom room;
    private CrookedRegistry registry;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        room = ProductRoom.open(Files.createDirectory(place.resolve("product")));
        registry = CrookedRegistry.start();
    }

    @AfterEach
    void close() throws Exception {
        if (registry != null) {
            registry.close();
            room.close();
        }
    }

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    private void refused(String name, String... words) throws Exception {
        Ended ended = room.call("pull", "-q", name);
        told.add(name + ": " + ended.error().strip());
        assertThat(ended.output()).as(name).isEmpty();
        assertThat(ended.error().lines().count()).as(ended.error()).isEqualTo(1);
        assertThat(ended.error()).contains(words);
        assertThat(ended.status()).as(name).isEqualTo(1);
    }

    private void nothingIsHere() throws Exception {
        assertThat(room.call("images", "-aq").output()).isEmpty();
        Path store = room.room().root().resolve("var/lib/estiba/content");
        List<Path> left = new ArrayList<>();
        for (String each : List.of("images", "layers", "unpacking", "leases", "trash")) {
            try (Stream<Path> files = Files.exists(store) ? Files.list(store.resolve(each)) : Stream.empty()) {
                files.forEach(left::add);
            }
        }
        assertThat(left).isEmpty();
        assertThat(store.resolve("names")).doesNotExist();
        told.forEach(System.out::println);
    }

    private String name(String rest) {
        return registry.host() + "/" + rest;
    }

    @Test
    void names() throws Exception {
        refused("", "invalid reference format");
        refused("Upper/Case", "invalid reference format", "must be lowercase");
        refused("a:b:c", "invalid reference format");
        refused("a@sha256:123", "invalid reference format");
        refused("http://" + name("a"), "invalid reference format");
        refused("a/../b", "invalid reference format");
        refused("b".repeat(300), "must not be more than 255 characters");
        refused("a:" + "t".repeat(129), "invalid reference format");
        nothingIsHere();
    }

    @Test
    void registries() throws Exception {
        registry.at("/v2/", 200, "application/json", "{}");
        refused(name("fleet/none:1"), "manifest for " + name("fleet/none:1") + " not found");
        String unknown = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}";
        registry.at("/v2/fleet/tag/", 404, "application/json", unknown);
        refused(name("fleet/tag:9"), "manifest for " + name("fleet/tag:9") + " not found: ");
        String login = "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}";
        registry.at("/v2/fleet/login/", 401, "application/json", login, "WWW-Authenticate: Basic realm=\"fleet\"");
        refused(name("fleet/login:1"), "authentication required", "estiba login " + registry.host());
        String denied = "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"requested access is denied\"}]}";
        registry.at("/v2/fleet/denied/", 403, "application/json", denied);
        refused(name("fleet/denied:1"), "pull access denied", "login");
        registry.at("/v2/fleet/page/", 200, "text/html", "<html><body>please pay for your room</body></html>");
        refused(name("fleet/page:1"), "\"text/html\"", "is it a registry");
        registry.at("/v2/fleet/broken/", 400, "text/html", "<html>".repeat(1000));
        refused(name("fleet/broken:1"), "400");
        refused("127.0.0.1:1/a:1", "127.0.0.1:1", "does a registry listen there?");
        refused("nowhere.invalid/a:1", "nowhere.invalid", "no such host");
        nothingIsHere();
    }

    /** A server that speaks TLS with others, and says so to who does not: Go's words. */
    @Test
    void anotherProtocol() throws Exception {
        registry.at("/", 400, "text/plain", "Client sent an HTTP request to an HTTPS server.\n");
        refused(name("fleet/tls:1"), "with status 400", "it may want TLS, which was tried before: ");
        nothingIsHere();
    }

    /** Only loopback may speak plain HTTP without being named as insecure. */
    @Test
    void plainWhereTlsIsWanted() throws Exception {
        InetAddress own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                .findFirst()
                .orElse(null);
        assumeTrue(own != null, "this machine has no address but loopback's");
        try (CrookedRegistry plain = CrookedRegistry.plain(own)) {
            refused(plain.host() + "/fleet/plain:1", "TLS with https://" + plain.host(), "insecure = true");
        }
        nothingIsHere();
    }

    private void manifest(String repository, String type, String body) {
        registry.at("/v2/" + repository + "/manifests/1", 200, type, body);
    }

    private static String descriptor(String type, Digest digest, long size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    @Test
    void manifests() throws Exception {
        registry.at("/v2/", 200, "application/json", "{}");
        manifest(
                "old/schema",
                "application/vnd.docker.distribution.manifest.v1+prettyjws",
                "{\"schemaVersion\":1,\"name\":\"old/schema\",\"tag\":\"1\",\"fsLayers\":[],\"history\":[]}");
        refused(name("old/schema:1"), "schema 1", "push the image again");
        manifest("no/json", MediaTypes.MANIFEST, "{\"schemaVersion\":2,");
        refused(name("no/json:1"), "refused");
        manifest("no/thing", MediaTypes.MANIFEST, "");
        refused(name("no/thing:1"), "refused");
        index();
        Digest absent = Digest.of(new byte[] {1});
        manifest(
                "no/config",
                MediaTypes.MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.MANIFEST + "\",\"config\":"
                        + descriptor(MediaTypes.CONFIG, absent, 1) + ",\"layers\":[]}");
        refused(name("no/config:1"), "a part of " + name("no/config:1") + " is not there");
        String lies = new String(new byte[] {2}, StandardCharsets.ISO_8859_1);
        registry.at("/v2/no/config/blobs/", 200, "application/octet-stream", lies);
        refused(name("no/config:1"), absent.toString());
        nothingIsHere();
    }

    private void index() throws Exception {
        manifest(
                "other/platform",
                MediaTypes.INDEX,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.INDEX + "\",\"manifests\":[{\"mediaType\":\""
                        + MediaTypes.MANIFEST + "\",\"digest\":\"" + Digest.of(new byte[] {3})
                        + "\",\"size\":1,\"platform\":{\"os\":\"linux\",\"architecture\":\"s390x\"}}]}");
        refused(name("other/platform:1"), "linux/amd64", "linux/s390x", "--platform");
        Digest self = Digest.of("no digest of itself".getBytes(StandardCharsets.US_ASCII));
        String cycle = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.INDEX + "\",\"manifests\":["
                + descriptor(MediaTypes.INDEX, self, 300) + "]}";
        manifest("self/index", MediaTypes.INDEX, cycle);
        registry.at("/v2/self/index/manifests/" + self, 200, MediaTypes.INDEX, cycle);
        refused(name("self/index:1"), self.toString());
        String inner = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.INDEX + "\",\"manifests\":[]}";
        for (int i = 0; i < 12; i++) {
            byte[] bytes = inner.getBytes(StandardCharsets.UTF_8);
            registry.at("/v2/deep/index/manifests/" + Digest.of(bytes), 200, MediaTypes.INDEX, inner);
            inner = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.INDEX + "\",\"manifests\":["
                    + descriptor(MediaTypes.INDEX, Digest.of(bytes), bytes.length) + "]}";
        }
        manifest("deep/index", MediaTypes.INDEX, inner);
        refused(name("deep/index:1"), "deep/index");
    }

    /** A whole image whose one layer is not what its configuration says; and one whose bytes are not what the manifest says. */
    @Test
    void layers() throws Exception {
        registry.at("/v2/", 200, "application/json", "{}");
        byte[] layer = new byte[1024];
        String config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                        + Digest.of(new byte[] {4}) + "\"]}}";
        Digest configId = Digest.of(config.getBytes(StandardCharsets.UTF_8));
        String layers = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.DOCKER_MANIFEST + "\",\"config\":"
                + descriptor(DOCKER_CONFIG, configId, config.length()) + ",\"layers\":["
                + descriptor("application/vnd.docker.image.rootfs.diff.tar", Digest.of(layer), layer.length) + "]}";
        for (String repository : List.of("wrong/diff", "wrong/bytes", "short/bytes")) {
            manifest(repository, MediaTypes.DOCKER_MANIFEST, layers);
            registry.at("/v2/" + repository + "/blobs/" + configId, 200, "application/octet-stream", config);
        }
        String blob = "/blobs/" + Digest.of(layer);
        byte[] other = new byte[1024];
        other[1000] = 1;
        registry.at("/v2/wrong/bytes" + blob, 200, "application/octet-stream", other);
        refused(name("wrong/bytes:1"), Digest.of(layer).toString());
        registry.at("/v2/wrong/diff" + blob, 200, "application/octet-stream", layer);
        refused(
                name("wrong/diff:1"),
                Digest.of(new byte[] {4}).toString(),
                Digest.of(layer).toString());
        nothingIsHere();
    }
}

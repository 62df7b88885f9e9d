package dev.estiba.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mirrors, from each of the files that name them. */
class MirrorsTest {
    @TempDir
    private Path directory;

    private final MadeImage image = MadeImage.of(41, 50_000);
    private TestRegistry mirror;
    private TestRegistry registry;

    @BeforeEach
    void start() throws IOException {
        mirror = TestRegistry.with(image);
        registry = TestRegistry.with(image);
    }

    @AfterEach
    void stop() throws IOException {
        mirror.close();
        registry.close();
    }

    private void pull(RegistrySettings settings, Reference name) throws IOException {
        try (Registry client = Registry.open(settings);
                ImageSource source = client.source(name)) {
            assertThat(source.root()).isEqualTo(image.manifest());
            try (InputStream in = source.blob(image.layer(0), 0)) {
                assertThat(in.readAllBytes()).isEqualTo(image.bytes(0));
            }
        }
    }

    private RegistrySettings mirrored() {
        return Quick.settings().withMirrors(Map.of(registry.host(), List.of(mirror.url())));
    }

    private RegistrySettings conf(String text) throws IOException {
        Path file = directory.resolve("registries.conf");
        Files.writeString(file, text);
        return Quick.settings().withRegistriesConf(List.of(file));
    }

    private RegistrySettings hosts(String text) throws IOException {
        Path host = Files.createDirectories(directory.resolve("certs.d").resolve(registry.host()));
        Files.writeString(host.resolve("hosts.toml"), text);
        return Quick.settings().withCertificateDirectories(List.of(directory.resolve("certs.d")));
    }

    @Test
    void aMirrorIsAskedFirst() throws IOException {
        pull(mirrored(), registry.image());
        assertThat(registry.server().requests()).isEmpty();
    }

    @Test
    void aMirrorOfEverythingIsAskedFirst() throws IOException {
        pull(Quick.settings().withMirrors(Map.of("*", List.of(mirror.url()))), registry.image());
        assertThat(registry.server().requests()).isEmpty();
    }

    @Test
    void whatAMirrorLacksTheRegistryHas() throws IOException {
        mirror.manifests.clear();
        mirror.blobs.clear();
        pull(mirrored(), registry.image());
        assertThat(mirror.count("GET", "/manifests/")).isEqualTo(1);
        assertThat(mirror.count("GET", "/blobs/")).isEqualTo(1);
        assertThat(registry.count("GET", "/blobs/")).isEqualTo(1);
    }

    @Test
    void aBrokenMirrorIsPassedOver() throws IOException {
        mirror.fault(Integer.MAX_VALUE, "", (request, reply) -> reply.send(503));
        pull(mirrored(), registry.image());
        assertThat(mirror.count("GET", "/manifests/")).isEqualTo(1);
    }

    @Test
    void aMirrorThatLiesIsPassedOver() throws IOException {
        MadeImage other = MadeImage.of(42, 10);
        mirror.put("made/image", image.manifest().descriptor().digest().toString(), other);
        pull(
                mirrored(),
                registry.image().withDigest(image.manifest().descriptor().digest()));
        assertThat(registry.count("GET", "/manifests/")).isEqualTo(1);
    }

    @Test
    void aBlobThatBreaksAtAMirrorGoesOnElsewhere() throws IOException {
        mirror.fault(1, "/blobs/", (request, reply) -> {
            reply.head(200, Map.of(), 50_000);
            reply.raw(java.util.Arrays.copyOf(image.bytes(0), 20_000));
            reply.hangUp();
        });
        mirror.fault(100, "/blobs/", (request, reply) -> reply.send(404));
        pull(mirrored(), registry.image());
        assertThat(registry.server().requests())
                .filteredOn(request -> request.target().contains("/blobs/"))
                .singleElement()
                .satisfies(request -> assertThat(request.header("range")).hasValue("bytes=20000-49999"));
    }

    @Test
    void theRegistrysOwnWordsAreTold() throws IOException {
        mirror.fault(Integer.MAX_VALUE, "", (request, reply) -> reply.send(500));
        registry.manifests.clear();
        assertThatThrownBy(() -> pull(mirrored(), registry.image()))
                .isInstanceOf(NotThere.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void aMirrorGetsNoneOfTheRegistrysCredentials() throws IOException {
        mirror.fault(
                Integer.MAX_VALUE,
                "",
                (request, reply) -> reply.send(401, Map.of("WWW-Authenticate", "Basic realm=\"x\""), new byte[0]));
        registry.fault(
                1,
                "/manifests/",
                (request, reply) -> reply.send(401, Map.of("WWW-Authenticate", "Basic realm=\"x\""), new byte[0]));
        pull(mirrored().withCredentials(Map.of(registry.host(), new Credentials.Password("a", "b"))), registry.image());
        assertThat(mirror.server().requests())
                .allSatisfy(request -> assertThat(request.headers()).doesNotContainKey("authorization"));
        assertThat(registry.server().requests().getLast().headers()).containsKey("authorization");
    }

    @Test
    void registriesConfNamesMirrors() throws IOException {
        mirror.put("cache/made/image", "one", image);
        pull(conf("""
                        unqualified-search-registries = ["docker.io"]
                        [[registry]]
                        location = "%1$s"
                        [[registry]]
                        prefix = "%1$s/made"
                        location = "%1$s/made"
                        [[registry.mirror]]
                        location = "%2$s/cache/made"
                        """.formatted(registry.host(), mirror.host())), registry.image());
        assertThat(mirror.count("GET", "/v2/cache/made/image/")).isEqualTo(2);
        assertThat(registry.server().requests()).isEmpty();
    }

    @Test
    void registriesConfMovesNames() throws IOException {
        registry.put("moved/image", "one", image);
        RegistrySettings settings = conf("""
                [[registry]]
                prefix = "example.org/made"
                location = "%s/moved"
                insecure = true
                """.formatted(registry.host()));
        pull(settings, Reference.parse("example.org/made/image:one"));
    }

    @Test
    void aMirrorForDigestsIsNotAskedForTags() throws IOException {
        RegistrySettings settings = conf("""
                [[registry]]
                location = "%s"
                mirror-by-digest-only = true
                [[registry.mirror]]
                location = "%s"
                """.formatted(registry.host(), mirror.host()));
        pull(settings, registry.image());
        assertThat(mirror.server().requests()).isEmpty();
        pull(settings, registry.image().withDigest(image.manifest().descriptor().digest()));
        assertThat(mirror.count("GET", "/manifests/")).isEqualTo(1);
    }

    @Test
    void aBlockedRegistryIsNotAsked() throws IOException {
        RegistrySettings settings =
                conf("[[registry]]\nlocation = \"%s\"\nblocked = true\n".formatted(registry.host()));
        assertThatThrownBy(() -> pull(settings, registry.image()))
                .hasMessageMatching("registry .* is blocked in .*registries.conf");
        assertThat(registry.server().requests()).isEmpty();
    }

    @Test
    void aFileThatCannotBeUnderstoodIsRefusedAtOnce() throws IOException {
        for (String text : new String[] {
            "[[registry]", "[[registry]]\nlocation = 1\n", "[[registry]]\nprefix = \"a.b\"\n", "registry = 1\n",
        }) {
            RegistrySettings settings = conf(text);
            assertThatThrownBy(() -> Registry.open(settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("registries.conf");
        }
    }

    @Test
    void hostsTomlNamesMirrors() throws IOException {
        pull(hosts("""
                        server = "%1$s"
                        [host."%2$s"]
                        capabilities = ["pull", "resolve"]
                        [host."%2$s".header]
                        x-told = ["one", "two"]
                        """.formatted(registry.url(), mirror.url())), registry.image());
        assertThat(registry.server().requests()).isEmpty();
        assertThat(mirror.server().requests()).allSatisfy(request -> {
            assertThat(request.header("x-told")).hasValue("one, two");
            assertThat(request.query()).isEqualTo("ns=" + registry.host());
        });
    }

    @Test
    void hostsTomlSaysWhatAMirrorIsFor() throws IOException {
        RegistrySettings settings = hosts("""
                server = "%1$s"
                [host."%2$s"]
                capabilities = ["pull"]
                """.formatted(registry.url(), mirror.url()));
        pull(settings, registry.image());
        assertThat(mirror.server().requests()).isEmpty();
    }

    @Test
    void hostsTomlMayReplaceThePath() throws IOException {
        mirror.put("odd/made/image", "one", image);
        pull(hosts("""
                        [host."%1$s/v2/odd"]
                        override_path = true
                        """.formatted(mirror.url())), registry.image());
        assertThat(registry.server().requests()).isEmpty();
    }

    @Test
    void mirrorsOfAFileAreAskedInItsOrder() throws IOException {
        try (TestRegistry first = TestRegistry.with(image)) {
            first.manifests.clear();
            first.blobs.clear();
            pull(hosts("""
                            [host."%s"]
                            [host."%s"]
                            """.formatted(first.url(), mirror.url())), registry.image());
            assertThat(first.count("GET", "/manifests/")).isEqualTo(1);
            assertThat(mirror.count("GET", "/manifests/")).isEqualTo(1);
        }
    }
}

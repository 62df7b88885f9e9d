package dev.estiba.registry.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.registry.auth.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's config.json, read and changed. */
class DockerConfigTest {
    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("config.json"), text);
    }

    private DockerConfig read(String text) throws IOException {
        return DockerConfig.read(file(text));
    }

    @Test
    void readsAllFormsOfALogin() throws IOException {
        DockerConfig config = read("""
                {
                  "auths": {
                    "a.example": {"auth": "dXNlcjpwYTpzcw=="},
                    "https://b.example/v2/": {"username": "user", "password": "pass"},
                    "c.example:5000": {"auth": "dXNlcjo=", "identitytoken": "identity"},
                    "d.example": {"registrytoken": "registry"},
                    "e.example": {},
                    "https://index.docker.io/v1/": {"auth": "aHViOmh1Yg=="}
                  },
                  "HttpHeaders": {"User-Agent": "x"},
                  "credHelpers": {"f.example": "ecr-login"}
                }
                """);
        assertThat(config.of("a.example")).hasValue(new Credentials.Password("user", "pa:ss"));
        assertThat(config.of("b.example")).hasValue(new Credentials.Password("user", "pass"));
        assertThat(config.of("c.example:5000")).hasValue(new Credentials.IdentityToken("identity"));
        assertThat(config.of("c.example")).isEmpty();
        assertThat(config.of("d.example")).hasValue(new Credentials.RegistryToken("registry"));
        assertThat(config.of("e.example")).hasValue(Credentials.ANONYMOUS);
        assertThat(config.of("xa.example")).isEmpty();
        for (String hub : List.of("docker.io", "registry-1.docker.io", "index.docker.io")) {
            assertThat(config.of(hub)).hasValue(new Credentials.Password("hub", "hub"));
        }
        assertThat(config.helper("f.example")).hasValue("ecr-login");
        assertThat(config.helper("a.example")).isEmpty();
        assertThat(config.toString()).doesNotContain("pass", "identity\"", "aHViOmh1Yg");
    }

    @Test
    void aFileThatIsNotThereSaysNothing() throws IOException {
        assertThat(DockerConfig.read(directory.resolve("none"))).isEqualTo(DockerConfig.EMPTY);
        assertThat(read("")).isEqualTo(DockerConfig.EMPTY);
    }

    @Test
    void refusesWithTheFilesNameAndWithoutItsSecrets() throws IOException {
        for (String text : List.of(
                "{\"auths\":{\"a\":{\"auth\":\"marked!secret\"}}}",
                "{\"auths\":{\"a\":{\"auth\":\"bWFya2Vk\"}}}",
                "{\"auths\":[]}",
                "[1]")) {
            assertThatThrownBy(() -> read(text))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("config.json: ")
                    .hasMessageNotContainingAny("marked", "bWFya2Vk");
        }
    }

    @Test
    void entersALoginAndKeepsTheRest() throws IOException {
        Path file = file("""
                {"psFormat": "x", "big": 12345678901234567890.5, "auths": {"a.example": {"auth": "YTpi", "email": "e"}},
                 "plugins": {"p": {"q": [1, null, true]}}, "credsStore": ""}
                """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        DockerConfigFile config = new DockerConfigFile(file);
        config.enter("b.example", new Credentials.Password("user", "pass"));
        config.enter("c.example", new Credentials.IdentityToken("t"));
        config.enter("d.example", Credentials.ANONYMOUS);
        assertThat(Files.readString(file)).isEqualTo("""
                {
                	"psFormat": "x",
                	"big": 12345678901234567890.5,
                	"auths": {
                		"a.example": {
                			"auth": "YTpi",
                			"email": "e"
                		},
                		"b.example": {
                			"auth": "dXNlcjpwYXNz"
                		},
                		"c.example": {
                			"identitytoken": "t"
                		},
                		"d.example": {}
                	},
                	"plugins": {
                		"p": {
                			"q": [
                				1,
                				null,
                				true
                			]
                		}
                	},
                	"credsStore": ""
                }
                """);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        config.remove("b.example");
        config.remove("x.example");
        assertThat(DockerConfig.read(file).auths()).containsOnlyKeys("a.example", "c.example", "d.example");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void makesTheFileAndItsDirectory() throws IOException {
        Path file = directory.resolve("made/docker/config.json");
        new DockerConfigFile(file).remove("a");
        assertThat(file.getParent()).doesNotExist();
        new DockerConfigFile(file).enter("a", new Credentials.Password("b", "c"));
        assertThat(DockerConfig.read(file).of("a")).hasValue(new Credentials.Password("b", "c"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void followsALink() throws IOException {
        Path real = file("{}");
        Path link = Files.createSymbolicLink(directory.resolve("link.json"), real);
        new DockerConfigFile(link).enter("a", new Credentials.Password("b", "c"));
        assertThat(link).isSymbolicLink();
        assertThat(DockerConfig.read(real).of("a")).isPresent();
    }

    @Test
    void leavesWhatItDoesNotUnderstand() throws IOException {
        for (String text : List.of("{\"auths\":", "[]", "{\"a\":1} x")) {
            Path file = file(text);
            assertThatThrownBy(() -> new DockerConfigFile(file).enter("a", new Credentials.Password("b", "c")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("left as it is");
            assertThat(file).hasContent(text);
        }
    }

    @Test
    void severalLoginsAtOnceAreAllKept() throws Exception {
        Path file = directory.resolve("config.json");
        List<Thread> threads = IntStream.range(0, 16)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    try {
                        new DockerConfigFile(file).enter("host" + i, new Credentials.Password("a", "b"));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(DockerConfig.read(file).auths()).hasSize(16);
        assertThat(Optional.of(file)).isPresent();
    }
}

package dev.estiba.cli.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextStoreTest {
    private static final TlsFiles TLS = new TlsFiles(Optional.of("ca"), Optional.of("cert"), Optional.of("key"));
    private static final StoredContext FAR = new StoredContext("far", "over there", "tcp://h:2376", false, TLS);

    @TempDir
    private Path directory;

    /** The path is docker's own: sha256 of the name; and so is the document. */
    @Test
    void isKeptWhereDockerKeepsIt() throws IOException {
        ContextStore store = new ContextStore(directory);
        store.add(FAR);
        Path meta = Files.list(directory.resolve("contexts/meta")).toList().getFirst();
        assertThat(meta.getFileName().toString()).matches("[0-9a-f]{64}");
        assertThat(meta.resolve("meta.json"))
                .content()
                .isEqualTo("{\"Name\":\"far\",\"Metadata\":{\"Description\":\"over there\"},\"Endpoints\":{\"docker\":"
                        + "{\"Host\":\"tcp://h:2376\",\"SkipTLSVerify\":false}}}");
        Path tls = directory.resolve("contexts/tls").resolve(meta.getFileName()).resolve("docker");
        assertThat(tls.resolve("key.pem")).content().isEqualTo("key");
        assertThat(Files.getPosixFilePermissions(tls.resolve("key.pem"))).hasSize(2);
        assertThat(store.find("far")).contains(FAR);
        assertThat(store.all()).containsExactly(FAR);
        store.remove("far");
        assertThat(store.all()).isEmpty();
        assertThat(Files.list(directory.resolve("contexts/meta"))).isEmpty();
        assertThat(Files.list(directory.resolve("contexts/tls"))).isEmpty();
    }

    @Test
    void theChosenOneIsInTheConfigurationBesideWhatElseIsThere() throws IOException {
        ContextStore store = new ContextStore(directory);
        Files.writeString(directory.resolve("config.json"), "{\"auths\":{\"r\":{\"auth\":\"eA==\"}},\"n\":1}");
        assertThat(store.current()).isEmpty();
        store.use("far");
        assertThat(store.current()).isEqualTo("far");
        assertThat(directory.resolve("config.json"))
                .content()
                .isEqualTo("{\n\t\"auths\": {\n\t\t\"r\": {\n\t\t\t\"auth\": \"eA==\"\n\t\t}\n\t},\n\t\"n\": 1,\n"
                        + "\t\"currentContext\": \"far\"\n}");
        store.use("default");
        assertThat(store.current()).isEmpty();
        assertThat(directory.resolve("config.json")).content().contains("auths").doesNotContain("currentContext");
    }

    @Test
    void comesBackFromItsArchive() throws IOException {
        byte[] archive = ContextArchive.write(FAR);
        StoredContext other = ContextArchive.read("other", new ByteArrayInputStream(archive));
        assertThat(other).isEqualTo(new StoredContext("other", "over there", "tcp://h:2376", false, TLS));
    }

    @Test
    void anArchiveOfSomethingElseIsRefused() {
        assertThatThrownBy(() -> ContextArchive.read("x", new ByteArrayInputStream(new byte[] {0x50, 0x4b, 3, 4})))
                .hasMessageContaining("zip");
        assertThatThrownBy(() -> ContextArchive.read("x", new ByteArrayInputStream(new byte[600])))
                .hasMessageContaining("no meta.json");
        byte[] cut = java.util.Arrays.copyOf(ContextArchive.write(FAR), 520);
        assertThatThrownBy(() -> ContextArchive.read("x", new ByteArrayInputStream(cut)))
                .hasMessageContaining("it ends within meta.json");
    }

    @Test
    void aBrokenDocumentIsNamed() throws IOException {
        Files.writeString(directory.resolve("config.json"), "{");
        assertThatThrownBy(() -> new ContextStore(directory).current()).hasMessageContaining("config.json is no JSON");
    }

    @Test
    void names() {
        assertThat(ContextStore.isName("a-b.c+d_1")).isTrue();
        assertThat(ContextStore.isName("../x")).isFalse();
        assertThat(ContextStore.isName("")).isFalse();
    }
}

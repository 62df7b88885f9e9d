package dev.estiba.registry.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShortNamesTest {
    private static final String HASH = "sha256:" + "0a".repeat(32);

    @TempDir
    private Path directory;

    private ShortNames read(String... texts) throws IOException {
        List<Path> files = new ArrayList<>(List.of(directory.resolve("is not there")));
        for (String text : texts) {
            files.add(Files.writeString(directory.resolve(files.size() + ".conf"), text));
        }
        return ShortNames.read(files);
    }

    private static List<String> meant(ShortNames names, String text) {
        return names.meant(text).stream().map(Object::toString).toList();
    }

    /** As podman's package brings them. */
    @Test
    void aliasesAloneChangeNothing() throws IOException {
        for (ShortNames names : List.of(
                read(),
                read("[aliases]\n\"ship\" = \"a.test/ship\"\n"),
                read("unqualified-search-registries = []\n"))) {
            assertThat(meant(names, "ship")).containsExactly("docker.io/library/ship");
            assertThat(meant(names, "me/ship:1")).containsExactly("docker.io/me/ship:1");
        }
    }

    @Test
    void oneRegistryIsWhereNamesAre() throws IOException {
        ShortNames names = read("unqualified-search-registries = [\"a.test:5000\"]\n");
        assertThat(meant(names, "ship")).containsExactly("a.test:5000/ship");
        assertThat(meant(names, "me/ship:1")).containsExactly("a.test:5000/me/ship:1");
        assertThat(meant(names, "ship@" + HASH)).containsExactly("a.test:5000/ship@" + HASH);
        for (String whole : List.of("docker.io/library/ship", "b.test/ship:1", "localhost/ship", "b:1/ship")) {
            assertThat(meant(names, whole)).containsExactly(whole);
        }
        assertThat(names.file()).contains(directory.resolve("1.conf"));
        assertThatThrownBy(() -> names.meant("Ship")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLastListCountsAndAliasesComeFirst() throws IOException {
        ShortNames names = read(
                "unqualified-search-registries = [\"old.test\"]\n[aliases]\n\"ship\" = \"old.test/x\"\n\"gone\" = \"a.test/g\"\n",
                "unqualified-search-registries = [\"a.test\", \"docker.io\"]\n",
                "[aliases]\n\"ship\" = \"b.test/fleet/ship\"\n\"me/boat\" = \"b.test/boat\"\n\"gone\" = \"\"\n");
        assertThat(meant(names, "boat:1")).containsExactly("a.test/boat:1", "docker.io/library/boat:1");
        assertThat(meant(names, "ship")).containsExactly("b.test/fleet/ship");
        assertThat(meant(names, "ship:2")).containsExactly("b.test/fleet/ship:2");
        assertThat(meant(names, "ship@" + HASH)).containsExactly("b.test/fleet/ship@" + HASH);
        assertThat(meant(names, "me/boat:1")).containsExactly("b.test/boat:1");
        assertThat(meant(names, "gone")).hasSize(2);
    }

    @Test
    void whatIsNoRegistryOrNameIsRefused() {
        for (String wrong : List.of("a.test/ns", "fedora", "https://a.test", "", "a b.test", "a.test:x")) {
            assertThatThrownBy(() -> read("unqualified-search-registries = [\"" + wrong + "\"]\n"))
                    .as(wrong)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is no HOST or HOST:PORT");
        }
        for (String wrong : List.of("ship", "a.test/ship:1", "a.test/Ship", "a.test/ship@" + HASH)) {
            assertThatThrownBy(() -> read("[aliases]\n\"x\" = \"" + wrong + "\"\n"))
                    .as(wrong)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is no REGISTRY/NAME without a tag");
        }
    }
}

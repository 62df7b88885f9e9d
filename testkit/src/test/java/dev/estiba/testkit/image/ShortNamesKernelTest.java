package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names without a registry, where the caller's registries.conf says which registries are searched for them. */
@Tag("kernel")
class ShortNamesKernelTest {
    @TempDir
    Path place;

    private ImageRoom room;
    private Path configuration;
    private String host;

    @BeforeEach
    void open() throws Exception {
        room = ImageRoom.open(place);
        Path home = Files.createDirectories(place.resolve("home/.config/containers"));
        configuration = home.resolve("registries.conf");
        MadeImage image = MadeImage.of(List.of(room.busybox()), "echo", "short");
        room.registry().push(image, "fleet/ship:1");
        room.registry().push(image, "fleet/ship:latest");
        host = room.registry().name("x").replace("/x", "");
    }

    @AfterEach
    void close() throws Exception {
        if (room != null) {
            try {
                room.product().clear();
            } finally {
                room.close();
            }
        }
    }

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    private Ended call(String... words) throws Exception {
        String script = "export HOME='" + place.resolve("home") + "'; exec \"$@\"";
        return CommandRoom.end(room.product().room().begin(script, words));
    }

    @Test
    void oneRegistryIsTheUsualOne() throws Exception {
        Files.writeString(configuration, "unqualified-search-registries = [\"" + host + "\"]\n");
        Ended never = call("run", "--rm", "--pull", "never", "--network", "none", "fleet/ship:1");
        assertThat(never.error()).contains("No such image: fleet/ship:1");
        assertThat(never.status()).isEqualTo(125);
        Ended first = call("run", "--rm", "--network", "none", "fleet/ship:1");
        assertThat(first.output()).as(first.error()).isEqualTo("short\n");
        assertThat(first.error())
                .contains("Unable to find image 'fleet/ship:1' locally\n")
                .contains("fleet/ship:1 is " + host + "/fleet/ship:1, by " + configuration + "\n");
        Ended second = call("run", "--rm", "--pull", "never", "--network", "none", "fleet/ship:1");
        assertThat(second.error()).isEmpty();
        assertThat(second.output()).isEqualTo("short\n");
        Ended always = call("run", "--rm", "--pull", "always", "-q", "--network", "none", "fleet/ship:1");
        assertThat(always.output()).as(always.error()).isEqualTo("short\n");
        assertThat(call("pull", "-q", "fleet/ship").output()).isEqualTo(host + "/fleet/ship:latest\n");
        assertThat(call("images", "--format", "{{.Repository}}:{{.Tag}}").output())
                .isEqualTo(host + "/fleet/ship:1\n" + host + "/fleet/ship:latest\n");
        assertThat(call("pull", "-q", "-a", "fleet/ship").output()).isEqualTo(host + "/fleet/ship\n");
    }

    @Test
    void ofSeveralTheFirstThatHasIt() throws Exception {
        try (ServedRegistry other = ServedRegistry.start(Files.createDirectory(place.resolve("other")))) {
            String empty = other.name("x").replace("/x", "");
            Files.writeString(
                    configuration,
                    "unqualified-search-registries = [\"" + empty + "\", \"" + host + "\"]\n[aliases]\n\"boat\" = \""
                            + host + "/fleet/ship\"\n");
            Ended pulled = call("pull", "fleet/ship:1");
            assertThat(pulled.error()).isEmpty();
            assertThat(pulled.output())
                    .startsWith("fleet/ship:1 is " + host + "/fleet/ship:1, by " + configuration + "\n")
                    .endsWith("\n" + host + "/fleet/ship:1\n");
            assertThat(call("pull", "-q", "boat").output()).isEqualTo(host + "/fleet/ship:latest\n");
            Ended none = call("pull", "fleet/boat:1");
            assertThat(none.status()).isEqualTo(1);
            assertThat(none.error())
                    .isEqualTo("estiba: no registry of " + configuration + " has an image fleet/boat:1: " + empty
                            + " has none, " + host + " has none\n");
            Ended all = call("pull", "-a", "fleet/ship");
            assertThat(all.error()).contains("--all-tags/-a needs the name of one");
            other.close();
            assertThat(call("pull", "fleet/ship:1").error())
                    .as("the next one's may be another image")
                    .contains(empty);
        }
    }
}

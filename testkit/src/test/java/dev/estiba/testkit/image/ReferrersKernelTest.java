package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.testkit.bundle.TestCgroups;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image with a signature and a list of what is in it, which is signed itself: from Debian's docker-registry, which keeps referrers under
 * a tag, to ours, which lists them.
 */
@Tag("kernel")
class ReferrersKernelTest {
    private static final String TYPES = "{{range .Referrers}}{{.artifactType}} {{end}}";

    @TempDir
    Path place;

    private ImageRoom room;

    @BeforeEach
    void open() throws Exception {
        room = ImageRoom.open(place);
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

    private static List<String> types(Reference image, Descriptor subject) throws Exception {
        try (Registry registry = Registry.open(RegistrySettings.USUAL);
                ImageSource source = registry.source(image)) {
            return source.referrers(subject.digest()).stream()
                    .map(each -> each.artifactType().orElse(""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theyComeAndGoWithTheImage() throws Exception {
        MadeImage image = MadeImage.of(List.of(room.busybox()), "echo", "signed");
        Descriptor root = image.root().descriptor();
        Descriptor contents = image.say(root, "application/spdx+json", "busybox");
        image.say(root, "application/x-signature", "signed");
        image.say(contents, "application/x-signature", "signed as well");
        room.registry().push(image, "fleet/ship:1");
        String name = room.registry().name("fleet/ship:1");

        room.said("pull", "-q", name);
        assertThat(room.said("image", "inspect", "-f", "{{json .}}", name)).doesNotContain("Referrers");
        room.said("pull", "-q", "--referrers", name);
        assertThat(room.said("image", "inspect", "-f", TYPES, name).split(" "))
                .containsOnly("application/spdx+json", "application/x-signature", "\n")
                .hasSize(4);
        assertThat(room.said("system", "check")).doesNotContain("damaged");
        room.said("image", "prune", "-f");
        Process server = room.product().room().begin("exec \"$@\"", "registry", "serve", "--addr", "127.0.0.1:0");
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
            String host = String.valueOf(out.readLine()).substring("listening on http://".length());
            Reference ours = Reference.parse(host + "/fleet/ship:1");
            room.said("tag", name, ours.toString());
            room.said("push", "-q", ours.toString());
            assertThat(types(ours, root)).isEmpty();
            room.said("push", "-q", "--referrers", ours.toString());
            assertThat(types(ours, root)).containsExactly("application/spdx+json", "application/x-signature");
            assertThat(types(ours, contents)).containsExactly("application/x-signature");

            room.said("image", "cp", "--referrers", "docker://" + ours, "third:1");
            assertThat(room.said("image", "inspect", "-f", TYPES, "third:1")).contains("application/spdx+json");
            String back = room.registry().name("back:1");
            room.said("image", "cp", "--referrers", "third:1", "docker://" + back);
            assertThat(types(Reference.parse(back), root))
                    .containsExactly("application/spdx+json", "application/x-signature");
            assertThat(types(Reference.parse(back), contents)).containsExactly("application/x-signature");
        } finally {
            server.destroy(); // SIGTERM
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nothingOfThemStaysWithoutTheImage() throws Exception {
        MadeImage image = MadeImage.of(List.of(room.busybox()), "echo", "signed");
        image.say(image.root().descriptor(), "application/x-signature", "signed");
        room.registry().push(image, "fleet/ship:1");
        String name = room.registry().name("fleet/ship:1");
        room.said("pull", "-q", "--referrers", name);
        room.said("rmi", name);
        assertThat(room.stored()).isEmpty();
    }
}

package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.testkit.bundle.TestCgroups;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import dev.estiba.testkit.command.ProductRoom;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built command as a registry: what is pushed to it is an image of the engine, and what the engine has is pulled from it. */
@Tag("kernel")
class RegistryServeKernelTest {
    @TempDir
    Path place;

    @AfterAll
    static void leaveNothing() throws Exception {
        TestCgroups.removeEmptyParents();
    }

    @Test
    void whatIsPushedRunsAndWhatIsHereIsPulled() throws Exception {
        try (ProductRoom room = ProductRoom.open(place)) {
            Process server = room.room().begin("exec \"$@\"", "registry", "serve", "--addr", "127.0.0.1:0");
            try {
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
                String line = String.valueOf(out.readLine());
                assertThat(line).startsWith("listening on http://127.0.0.1:");
                String host = line.substring("listening on http://".length());
                MadeImage image = MadeImage.of(List.of(room.place().resolve("image")), "echo", "served");
                try (Registry registry = Registry.open(RegistrySettings.USUAL);
                        ImageTarget target = registry.target(Reference.parse(host + "/fleet/ship:1"), List.of())) {
                    ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
                }
                Ended ran = room.call("run", "--rm", "--pull", "never", "--network", "none", host + "/fleet/ship:1");
                assertThat(ran.error()).isEmpty();
                assertThat(ran.output()).isEqualTo("served\n");
                assertThat(room.call("tag", host + "/fleet/ship:1", host + "/other/name:2")
                                .status())
                        .isZero();
                pulledBySkopeo(host + "/other/name:2", image);
            } finally {
                server.destroy(); // SIGTERM
                assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(server.exitValue()).isZero();
            room.clear();
        }
    }

    private void pulledBySkopeo(String name, MadeImage image) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "no skopeo (apt-get install skopeo)");
        Process skopeo = new ProcessBuilder(
                        "skopeo", "inspect", "--tls-verify=false", "-f", "{{.Digest}}", "docker://" + name)
                .start();
        Ended inspected = CommandRoom.end(skopeo);
        assertThat(inspected.error()).isEmpty();
        assertThat(inspected.output().strip())
                .isEqualTo(image.root().descriptor().digest().toString());
    }
}

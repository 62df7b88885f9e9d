package dev.estiba.registry.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.archive.Import;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.DockerRegistry;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples, with Debian's docker-registry. */
@Tag("peer")
class ImagesTest {
    @TempDir
    private Path directory;

    @Test
    void anImageIsPulledInspectedUnpackedAndPushed() throws Exception {
        try (DockerRegistry server = DockerRegistry.start(directory, Optional.empty())) {
            String name = server.host() + "/example/one:1";
            make(name);
            Path store = directory.resolve("store");
            StoredImage image = Images.pull(store, name);
            assertThat(Images.inspect(store, image).history().getFirst().comment())
                    .contains("made by a test");
            assertThat(Images.layers(store, image).getFirst().resolve("etc/port"))
                    .hasContent("Bilbao");
            String other = server.host() + "/example/two:2";
            Images.push(store, image, other);
            assertThat(Images.pull(directory.resolve("another"), other).root().digest())
                    .isEqualTo(image.root().digest());
        }
    }

    private void make(String name) throws Exception {
        Path files = Files.createDirectories(directory.resolve("files/etc"));
        Files.writeString(files.resolve("port"), "Bilbao");
        Path archive = directory.resolve("files.tar");
        Process tar = new ProcessBuilder(
                        "tar", "-C", directory.resolve("files").toString(), "-cf", archive.toString(), ".")
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        Import.Settings settings = new Import.Settings(
                Platform.of("linux", "amd64"),
                ImageConfig.Execution.NOTHING,
                Instant.EPOCH,
                Optional.empty(),
                "made by a test");
        try (Fd spool = Open.absolute(directory.toString(), Open.How.directory());
                Import image = Import.read("files", Files.newInputStream(archive), settings, spool);
                Registry registry = Registry.open(RegistrySettings.USUAL);
                ImageTarget target = registry.target(Reference.parse(name), List.of())) {
            ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
        }
    }
}

package dev.estiba.content.archive;

import static dev.estiba.content.transport.SampleImage.ARM64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.tar.MalformedArchive;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.MemoryPlace;
import dev.estiba.content.transport.SampleImage;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageConfigReader;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {
    private static final Import.Settings SETTINGS = new Import.Settings(
            ARM64,
            ImageConfig.Execution.NOTHING,
            Instant.parse("2024-02-03T04:05:06.789Z"),
            Optional.of("somebody"),
            "Imported from -");

    private Room room;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        room = new Room(directory);
    }

    @AfterEach
    void close() throws IOException {
        assertThat(room.leftovers()).isEmpty();
        room.close();
    }

    @Test
    void aRootFileSystemBecomesAnImageOfOneLayer() throws Exception {
        byte[] layer = SampleImage.layer("etc/passwd", "root:x:0:0::/:/bin/sh\n");
        for (byte[] archive : List.of(layer, SampleImage.gzip(layer))) {
            MemoryPlace target = new MemoryPlace();
            try (Import image = Import.read("-", new ByteArrayInputStream(archive), SETTINGS, room.spool)) {
                ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
                assertThat(target.blobs).containsOnlyKeys(image.id(), Digest.of(layer));
                ImageConfig config = ImageConfigReader.read(target.blobs.get(image.id()));
                assertThat(config.platform()).isEqualTo(ARM64);
                assertThat(config.author()).contains("somebody");
                assertThat(config.diffIds()).containsExactly(Digest.of(layer));
                assertThat(config.created()).contains("2024-02-03T04:05:06.789Z");
                assertThat(config.history())
                        .singleElement()
                        .satisfies(each -> assertThat(each.comment()).contains("Imported from -"));
            }
            Manifest manifest = ImageReader.readManifest(target.root().bytes());
            assertThat(manifest.layers())
                    .singleElement()
                    .satisfies(each -> assertThat(each.mediaType()).isEqualTo(MediaTypes.LAYER));
        }
    }

    @Test
    void whatIsNoArchiveIsRefused() {
        byte[] text = "#!/bin/sh\n".repeat(100).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Import.read("-", new ByteArrayInputStream(text), SETTINGS, room.spool))
                .isInstanceOf(MalformedArchive.class);
    }
}

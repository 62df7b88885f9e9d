package dev.estiba.content.archive;

import static dev.estiba.content.transport.SampleImage.AMD64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.content.transport.MemoryPlace;
import dev.estiba.content.transport.SampleImage;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.transport.TransportName;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any place in files to any other. */
class FilePlacesTest {
    private static final List<String> PLACES =
            List.of("oci:layout:a/b:1", "oci-archive:oci.tar:a/b:1", "docker-archive:docker.tar:a/b:1");

    private Room room;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        room = new Room(directory);
    }

    @AfterEach
    void close() {
        room.close();
    }

    private static TransportName.InFiles place(String text) {
        return (TransportName.InFiles) TransportName.parse(text);
    }

    private Document copy(ImageSource source, String to) throws IOException {
        try (source;
                ImageTarget target = FilePlaces.target(place(to), room.from, room.spool)) {
            return ImageCopy.copy(source, target, CopyOptions.ALL, TransferListener.NONE);
        }
    }

    private ImageSource source(String from) throws IOException {
        return FilePlaces.source(place(from), room.from, room.spool);
    }

    @Test
    void theConfigurationIsTheSameEverywhere() throws Exception {
        MemoryPlace image = new MemoryPlace();
        image.root = Optional.of(SampleImage.single(image, AMD64, "low", "high"));
        Digest config = ImageReader.readManifest(image.root().bytes()).config().digest();
        for (String first : PLACES) {
            copy(image, first);
            for (String second : PLACES) {
                if (!second.equals(first)) {
                    Document there = copy(source(first), second);
                    Document back = copy(source(second), first);
                    for (Document each : List.of(there, back)) {
                        assertThat(ImageReader.readManifest(each.bytes())
                                        .config()
                                        .digest())
                                .as("%s to %s", first, second)
                                .isEqualTo(config);
                    }
                }
            }
        }
        assertThat(room.leftovers()).containsExactly("docker.tar", "layout", "oci.tar");
    }

    @Test
    void layoutsAndTheirArchivesKeepAllDigests() throws IOException {
        MemoryPlace image = SampleImage.multi();
        copy(image, "oci:layout:tag");
        assertThat(copy(source("oci:layout:tag"), "oci-archive:oci.tar").descriptor())
                .isEqualTo(image.root().descriptor());
        assertThat(copy(source("oci-archive:oci.tar"), "oci:again").descriptor())
                .isEqualTo(image.root().descriptor());
        assertThat(copy(source("oci:again"), "oci:layout:other").descriptor())
                .isEqualTo(image.root().descriptor());
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci:layout:@0", "oci-archive:oci.tar:@1", "docker-archive:docker.tar:@2"})
    void aNumberIsNoName(String text) throws IOException {
        assertThatThrownBy(() -> FilePlaces.target(place(text), room.from, room.spool))
                .isInstanceOf(IOException.class)
                .hasMessage(text + ": an image is put into a place by a name, not by a digest or a number");
        assertThat(room.leftovers()).isEmpty();
    }
}

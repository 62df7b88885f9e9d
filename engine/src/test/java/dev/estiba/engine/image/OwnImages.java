package dev.estiba.engine.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.estiba.content.fetch.StoreTarget;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.content.transport.CopyOptions;
import dev.estiba.content.transport.ImageCopy;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.engine.event.Events;
import dev.estiba.linux.ProcessFacts;
import dev.estiba.oci.image.Reference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Images of a test's own, and containers that are only said to be made of them. */
final class OwnImages {
    final Images images;
    final ImageOperations operations;
    final Path content;
    final Events events;
    final List<ImageUsers.User> users = Collections.synchronizedList(new ArrayList<>());

    OwnImages(Path directory) throws IOException {
        assumeTrue(ProcessFacts.self().uid() == 0, "unpacking in a room needs root");
        content = directory.resolve("content");
        events = new Events(directory);
        images = new Images(directory.resolve("images"), content, false, events);
        operations = new ImageOperations(images, () -> List.copyOf(users));
    }

    Store store() throws IOException {
        return images.store().open();
    }

    /** A layer of pairs: a path, and what is in it. A directory's ends in a slash. */
    static byte[] layer(String... files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(bytes)) {
            for (int i = 0; i < files.length; i += 2) {
                byte[] content = files[i + 1].getBytes(StandardCharsets.UTF_8);
                TarMetadata metadata = TarMetadata.of(TarBytes.of(files[i]), files[i].endsWith("/") ? 0755 : 0644);
                if (files[i].endsWith("/")) {
                    writer.write(new TarEntry.Directory(metadata));
                } else {
                    writer.write(new TarEntry.RegularFile(metadata, content.length), new ByteArrayInputStream(content));
                }
            }
        }
        return bytes.toByteArray();
    }

    StoredImage bring(MadeImage image, String... names) throws IOException {
        Store store = store();
        List<Reference> references =
                List.of(names).stream().map(Reference::parse).toList();
        try (Lease lease = store.lease();
                StoreTarget target = new StoreTarget(store, lease, images.host(), references)) {
            ImageCopy.copy(image, target, CopyOptions.ALL, TransferListener.NONE);
            return target.stored();
        }
    }

    /** An image of one file, whose bytes are so many. */
    StoredImage bring(int bytes, String... names) throws IOException {
        return bring(new MadeImage(List.of(layer("f", "x".repeat(bytes)))), names);
    }

    /** As if it had been used so long ago. */
    void age(StoredImage image, Duration time) throws IOException {
        Path record = content.resolve("images").resolve(image.root().digest().encoded());
        Files.setLastModifiedTime(record, FileTime.from(Instant.now().minus(time)));
    }

    boolean has(StoredImage image) throws IOException {
        return store().images().find(image.root().digest()).isPresent();
    }
}

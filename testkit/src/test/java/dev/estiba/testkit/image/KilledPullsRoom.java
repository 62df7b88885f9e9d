package dev.estiba.testkit.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.estiba.content.check.Check;
import dev.estiba.content.check.CheckListener;
import dev.estiba.content.check.Report;
import dev.estiba.content.fetch.Fetch;
import dev.estiba.content.fetch.FetchOptions;
import dev.estiba.content.fetch.LayerUnpacker;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.unpack.Unpacker;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.client.Registry;
import dev.estiba.registry.client.RegistrySettings;
import dev.estiba.testkit.command.CommandRoom;
import dev.estiba.testkit.command.CommandRoom.Ended;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The product's command with a store that this process works with as well, by the library: a JVM that runs already looks at what a
 * killed one has left, and at all of it, in a tenth of the time that a further call would take. The store is in memory.
 */
final class KilledPullsRoom implements AutoCloseable {
    private static final Platform HOST = Platform.of("linux", "amd64");

    private final ImageRoom room;
    private final Path data;
    private final Registry registry;
    private final Map<Digest, Long> asked = new ConcurrentHashMap<>();

    private KilledPullsRoom(ImageRoom room, Path data, Registry registry) {
        this.room = room;
        this.data = data;
        this.registry = registry;
    }

    /** @param place an empty directory */
    static KilledPullsRoom open(Path place) throws Exception {
        Path data = Files.createDirectory(place.resolve("data"));
        // Before the room: its mount namespace has what is mounted now.
        assertThat(ImageRoom.program("mount", "-t", "tmpfs", "-o", "size=512m,mode=0711", "none", data.toString())
                        .status())
                .isZero();
        try {
            return new KilledPullsRoom(ImageRoom.open(place), data, Registry.open(RegistrySettings.USUAL));
        } catch (Exception | Error e) {
            unmount(data);
            throw e;
        }
    }

    ImageRoom images() {
        return room;
    }

    /** A call that has begun. */
    Process begin(String... words) throws IOException {
        return room.product().room().begin("ESTIBA_DATA_ROOT='" + data + "' exec \"$@\"", words);
    }

    Ended call(String... words) throws IOException, InterruptedException {
        return CommandRoom.end(begin(words));
    }

    void killJvms() {
        room.product().room().jvms().forEach(ProcessHandle::destroyForcibly);
    }

    Store store() throws IOException {
        return Store.open(data.resolve("content"));
    }

    private Check check() throws IOException {
        return new Check(store(), LayerUnpacker.by(Unpacker.ofThisProcess()), HOST);
    }

    /** What is wrong in the store. */
    List<Report.Result> wrong() throws IOException {
        return check().look(CheckListener.NONE).results();
    }

    void repair() throws IOException {
        check().repair((_, repository) -> registry.source(Reference.parse(repository + ":1")), CheckListener.NONE);
    }

    /** From the room's registry, and each blob from the byte on that is not here. */
    StoredImage pull(String name) throws IOException {
        Reference reference = Reference.parse(name);
        FetchOptions options = new FetchOptions(
                new Selection.Best(HOST), HOST, Optional.of(reference), Optional.of(reference.repository()), true);
        asked.clear();
        Store store = store();
        Map<Digest, Long> here = new ConcurrentHashMap<>();
        beginnings(here);
        try (ImageSource source = new Listening(registry.source(reference));
                Lease lease = store.lease()) {
            StoredImage image = new Fetch(store, LayerUnpacker.by(Unpacker.ofThisProcess()))
                    .fetch(source, options, lease, TransferListener.NONE)
                    .image();
            for (StoredImage.Layer layer : image.variants().getFirst().layers()) {
                Digest digest = layer.blob().digest();
                Long offset = asked.get(digest);
                if (offset != null) {
                    assertThat(offset).as("from where %s is brought", digest).isEqualTo(here.getOrDefault(digest, 0L));
                }
            }
            return image;
        }
    }

    private void beginnings(Map<Digest, Long> here) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("content/ingest"))) {
            for (Path file : files.toList()) {
                Digest digest = Digest.parse(String.valueOf(file.getFileName()).replaceFirst("-", ":"))
                        .orElseThrow();
                here.put(digest, Files.size(file));
            }
        }
    }

    /** Removes all images, and looks that nothing stays. */
    void empty() throws IOException {
        Store store = store();
        store.images().change(records -> {
            for (String name : store.images().names().keySet()) {
                records.unname(Reference.parse(name));
            }
            for (Digest root : store.images().roots()) {
                records.remove(root);
            }
            return true;
        });
        store.collector().collect(Duration.ZERO);
        List<String> left = new ArrayList<>();
        for (String each :
                List.of("blobs/sha256", "ingest", "layers", "unpacking", "images", "leases", "pins", "trash")) {
            try (Stream<Path> files = Files.list(data.resolve("content").resolve(each))) {
                files.forEach(file -> left.add(each + "/" + file.getFileName()));
            }
        }
        assertThat(left).isEmpty();
    }

    @Override
    public void close() throws Exception {
        try (registry) {
            room.close();
        } finally {
            unmount(data);
        }
    }

    private static void unmount(Path data) throws IOException, InterruptedException {
        assertThat(ImageRoom.program("umount", data.toString()).error()).isEmpty();
    }

    /** From which byte on what is asked for. */
    private final class Listening implements ImageSource {
        private final ImageSource source;

        Listening(ImageSource source) {
            this.source = source;
        }

        @Override
        public String name() {
            return source.name();
        }

        @Override
        public Document root() throws IOException {
            return source.root();
        }

        @Override
        public Document document(Descriptor descriptor) throws IOException {
            return source.document(descriptor);
        }

        @Override
        public InputStream blob(Descriptor descriptor, long offset) throws IOException {
            asked.merge(descriptor.digest(), offset, Math::min);
            return source.blob(descriptor, offset);
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}

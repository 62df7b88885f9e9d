package dev.estiba.content.check;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.fetch.Fetch;
import dev.estiba.content.fetch.FetchOptions;
import dev.estiba.content.store.Layers;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.Store;
import dev.estiba.content.store.StoredImage;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Selection;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.content.unpack.Unpacked;
import dev.estiba.content.unpack.Unpacker;
import dev.estiba.linux.Fd;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageConfig;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.Reference;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/** A place in memory with one image of real layers, which counts how often each blob is asked for. */
final class Sample implements ImageSource {
    static final Platform HOST = Platform.of("linux", "amd64");
    static final String REPOSITORY = "localhost:5000/sample";

    private final Map<Digest, byte[]> content = new ConcurrentHashMap<>();
    private final Map<Digest, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final Reference name;
    private final Document root;
    private volatile boolean isGone;

    /** @param layers each a layer, whose seed it is: the same seed makes the same layer */
    Sample(String tag, List<Integer> layers, int size) throws IOException {
        name = Reference.parse(REPOSITORY + ":" + tag);
        List<Descriptor> blobs = new ArrayList<>();
        List<Digest> diffIds = new ArrayList<>();
        for (int seed : layers) {
            byte[] archive = archive(seed, size);
            diffIds.add(Digest.of(archive));
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                out.write(archive);
            }
            blobs.add(add(MediaTypes.LAYER_GZIP, packed.toByteArray()));
        }
        Descriptor config = add(
                MediaTypes.CONFIG,
                ImageWriter.write(new ImageConfig(
                        Optional.of("2026-01-01T00:00:00Z"),
                        Optional.empty(),
                        HOST,
                        ImageConfig.Execution.NOTHING,
                        diffIds,
                        List.of())));
        byte[] manifest = ImageWriter.write(new Manifest(
                Optional.of(MediaTypes.MANIFEST), Optional.empty(), config, blobs, Optional.empty(), Map.of()));
        root = new Document(add(MediaTypes.MANIFEST, manifest), manifest);
    }

    private Descriptor add(String type, byte[] bytes) {
        content.put(Digest.of(bytes), bytes);
        return Descriptor.of(type, Digest.of(bytes), bytes.length);
    }

    /** Of each kind something; the contents do not pack. */
    static byte[] archive(int seed, int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] random = new byte[size];
        new Random(seed).nextBytes(random);
        String top = "d" + seed;
        try (TarWriter writer = new TarWriter(bytes)) {
            writer.write(new TarEntry.Directory(metadata(top, 0755)), none());
            file(writer, top + "/large", random);
            for (int i = 0; i < 20; i++) {
                file(writer, top + "/file" + i, (seed + " " + i).getBytes(StandardCharsets.US_ASCII));
            }
            file(writer, top + "/empty", new byte[0]);
            file(writer, "implied" + seed + "/file", new byte[] {1});
            TarMetadata link = metadata(top + "/link", 0777);
            writer.write(new TarEntry.SymbolicLink(link, TarBytes.of("large")), none());
            TarMetadata hard = metadata(top + "/hard", 0644);
            writer.write(new TarEntry.HardLink(hard, TarBytes.of(top + "/file0")), none());
            writer.write(new TarEntry.Fifo(metadata(top + "/fifo", 0600)), none());
        }
        return bytes.toByteArray();
    }

    private static InputStream none() {
        return new ByteArrayInputStream(new byte[0]);
    }

    private static void file(TarWriter writer, String name, byte[] content) throws IOException {
        TarEntry entry = new TarEntry.RegularFile(metadata(name, 0644), content.length);
        writer.write(entry, new ByteArrayInputStream(content));
    }

    private static TarMetadata metadata(String name, int mode) {
        return TarMetadata.of(TarBytes.of(name), mode).withModified(Instant.ofEpochSecond(1_000_000_000, 5));
    }

    static Layers.Size unpack(InputStream packed, Fd tree, Digest diffId) throws IOException {
        byte[] beginning = packed.readNBytes(Compression.MAGIC);
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(beginning), packed);
        Unpacked unpacked = Unpacker.ofThisProcess().unpack(whole, Compression.of(beginning), tree, _ -> {});
        if (!unpacked.diffId().equals(diffId)) {
            throw ContentMismatch.digest(diffId, unpacked.diffId());
        }
        return new Layers.Size(unpacked.fileBytes(), unpacked.entries());
    }

    /** Brings it into a store. */
    StoredImage pull(Store store) throws IOException {
        try (Lease lease = store.lease()) {
            return pull(store, lease);
        }
    }

    StoredImage pull(Store store, Lease lease) throws IOException {
        FetchOptions options = new FetchOptions(
                new Selection.Best(HOST), HOST, Optional.of(name), Optional.of(name.repository()), true);
        return new Fetch(store, Sample::unpack)
                .fetch(this, options, lease, TransferListener.NONE)
                .image();
    }

    Reference reference() {
        return name;
    }

    /** As a registry that cannot be reached. */
    void go() {
        isGone = true;
    }

    int asks(Digest digest) {
        return asked.getOrDefault(digest, new AtomicInteger()).get();
    }

    @Override
    public String name() {
        return name.toString();
    }

    @Override
    public Document root() {
        return root;
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        return Document.verified(descriptor, found(descriptor));
    }

    private byte[] found(Descriptor descriptor) throws IOException {
        if (isGone) {
            throw new IOException("connection refused");
        }
        asked.computeIfAbsent(descriptor.digest(), _ -> new AtomicInteger()).incrementAndGet();
        byte[] bytes = content.get(descriptor.digest());
        if (bytes == null) {
            throw new NotThere(descriptor.digest() + " is not in the place");
        }
        return bytes;
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        byte[] bytes = found(descriptor);
        return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    @Override
    public void close() {
        // nothing is held
    }
}

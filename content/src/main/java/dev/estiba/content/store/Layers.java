package dev.estiba.content.store;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Layers as directories, by the digests of their archives: what an overlay is made of. Safe for all threads. */
public final class Layers {
    private final StoreDirectory directory;

    Layers(StoreDirectory directory) {
        this.directory = directory;
    }

    /**
     * How much a layer is.
     *
     * @param bytes of its files' contents
     * @param entries files, directories and all else
     * @param implied directories that no entry describes, a letter for each byte of their paths
     */
    public record Size(long bytes, long entries, List<String> implied) {
        public Size {
            implied = List.copyOf(implied);
        }

        /** Every directory is described. */
        public Size(long bytes, long entries) {
            this(bytes, entries, List.of());
        }

        byte[] json() {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
                out.writeStartObject();
                out.writeNumberProperty("bytes", bytes);
                out.writeNumberProperty("entries", entries);
                if (!implied.isEmpty()) {
                    out.writeArrayPropertyStart("implied");
                    implied.forEach(out::writeString);
                    out.writeEndArray();
                }
                out.writeEndObject();
            }
            return text.toByteArray();
        }

        static Size read(byte[] json) throws DocumentException {
            long bytes = 0;
            long entries = 0;
            List<String> implied = List.of();
            try (Cursor in = Cursor.open(json, Origin.DOCUMENT)) {
                in.object();
                for (String name = in.nextField(); name != null; name = in.nextField()) {
                    switch (name) {
                        case "bytes" -> bytes = in.size();
                        case "entries" -> entries = in.size();
                        case "implied" -> implied = in.texts();
                        default -> in.skip();
                    }
                }
                in.end();
            }
            return new Size(bytes, entries, implied);
        }
    }

    public boolean has(Digest diffId) {
        return Files.exists(directory.layer(diffId));
    }

    /** The directory for an overlay; never written. It may go when nobody's lease, pin or image names it. */
    public Path tree(Digest diffId) {
        return directory.layer(diffId).resolve(Unpacking.TREE);
    }

    /** Empty when it is not here. */
    public Optional<Size> size(Digest diffId) throws IOException {
        return read(record(diffId));
    }

    Path record(Digest diffId) {
        return directory.layer(diffId).resolve(Unpacking.RECORD);
    }

    static Optional<Size> read(Path file) throws IOException {
        Optional<byte[]> record = RecordFile.read(file);
        try {
            return record.isEmpty() ? Optional.empty() : Optional.of(Size.read(record.get()));
        } catch (DocumentException e) {
            throw new DamagedRecord(file, e);
        }
    }

    /** All of them, in no order. */
    public List<Digest> all() throws IOException {
        return StoreDirectory.names(directory.layers()).stream()
                .map(name -> Digest.parse((name.length() == 64 ? "sha256:" : "sha512:") + name))
                .flatMap(Optional::stream)
                .toList();
    }
}

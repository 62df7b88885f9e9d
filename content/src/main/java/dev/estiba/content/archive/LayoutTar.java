package dev.estiba.content.archive;

import dev.estiba.content.layout.LayoutIndex;
import dev.estiba.content.layout.LayoutPaths;
import dev.estiba.content.layout.StagedBlobs;
import dev.estiba.content.layout.StagedBlobs.Staged;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Index;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes a layout as an archive. Equal layouts are equal bytes: everything is of 1970 and of root, and in the order of names. */
final class LayoutTar {
    private final StagedBlobs stage;
    private final SortedMap<String, Content> files = new TreeMap<>();

    private sealed interface Content {
        record Blob(Staged staged) implements Content {}

        record Bytes(byte[] bytes) implements Content {}
    }

    LayoutTar(StagedBlobs stage) {
        this.stage = stage;
    }

    LayoutTar blobs(Map<Digest, Staged> blobs) {
        blobs.forEach((digest, staged) -> files.put(LayoutPaths.blob(digest), new Content.Blob(staged)));
        return this;
    }

    LayoutTar file(String name, byte[] bytes) {
        files.put(name, new Content.Bytes(bytes));
        return this;
    }

    /** @param out which stays open */
    void write(Index index, OutputStream out) throws IOException {
        file(LayoutPaths.INDEX, LayoutIndex.write(index));
        file(LayoutPaths.MARKER, LayoutIndex.marker());
        try (TarWriter tar = new TarWriter(new Shared(out))) {
            for (String directory : directories()) {
                tar.write(new TarEntry.Directory(TarMetadata.of(TarBytes.of(directory + "/"), 0755)));
            }
            for (Map.Entry<String, Content> file : files.entrySet()) {
                write(tar, TarMetadata.of(TarBytes.of(file.getKey()), 0644), file.getValue());
            }
        }
    }

    private Iterable<String> directories() {
        TreeSet<String> all = new TreeSet<>();
        for (String file : files.keySet()) {
            for (int slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
                all.add(file.substring(0, slash));
            }
        }
        return all;
    }

    private void write(TarWriter tar, TarMetadata metadata, Content content) throws IOException {
        switch (content) {
            case Content.Bytes(byte[] bytes) ->
                tar.write(new TarEntry.RegularFile(metadata, bytes.length), new ByteArrayInputStream(bytes));
            case Content.Blob(Staged staged) -> {
                try (InputStream in = stage.open(staged)) {
                    tar.write(new TarEntry.RegularFile(metadata, staged.size()), in);
                }
            }
        }
    }

    /** Somebody else's stream. */
    private static final class Shared extends FilterOutputStream {
        Shared(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}

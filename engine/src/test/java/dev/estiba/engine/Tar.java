package dev.estiba.engine;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarReader;
import dev.estiba.content.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Archives of a test, as texts. */
final class Tar {
    private Tar() {}

    /** An entry and its content. */
    record File(TarEntry entry, String content) {}

    static Map<String, File> read(byte[] archive) throws IOException {
        Map<String, File> files = new LinkedHashMap<>();
        TarReader reader = new TarReader(new ByteArrayInputStream(archive));
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            String name = new String(entry.get().name().toArray(), StandardCharsets.UTF_8);
            String content = new String(reader.content().readAllBytes(), StandardCharsets.UTF_8);
            files.put(name, new File(entry.get(), content));
        }
        return files;
    }

    static TarMetadata metadata(String name, int mode) {
        return TarMetadata.of(TarBytes.of(name), mode);
    }

    static TarEntry directory(String name) {
        return new TarEntry.Directory(metadata(name, 0755));
    }

    static TarEntry link(String name, String target) {
        return new TarEntry.SymbolicLink(metadata(name, 0777), TarBytes.of(target));
    }

    static TarEntry hardLink(String name, String target) {
        return new TarEntry.HardLink(metadata(name, 0644), TarBytes.of(target));
    }

    /** Collects entries. */
    static final class Draft {
        private final List<TarEntry> entries = new ArrayList<>();
        private final List<byte[]> contents = new ArrayList<>();

        Draft add(TarEntry entry) {
            entries.add(entry);
            contents.add(new byte[0]);
            return this;
        }

        Draft file(String name, String content) {
            return file(metadata(name, 0644), content);
        }

        Draft file(TarMetadata metadata, String content) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            entries.add(new TarEntry.RegularFile(metadata, bytes.length));
            contents.add(bytes);
            return this;
        }

        byte[] bytes() throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarWriter writer = new TarWriter(bytes)) {
                for (int i = 0; i < entries.size(); i++) {
                    writer.write(entries.get(i), new ByteArrayInputStream(contents.get(i)));
                }
            }
            return bytes.toByteArray();
        }
    }
}

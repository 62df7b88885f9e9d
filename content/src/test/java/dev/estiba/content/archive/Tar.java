package dev.estiba.content.archive;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarReader;
import dev.estiba.content.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An archive that a test makes. */
final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter writer = new TarWriter(bytes);

    private static TarMetadata named(String name) {
        return TarMetadata.of(TarBytes.of(name), 0644);
    }

    Tar file(String name, byte[] content) throws IOException {
        writer.write(new TarEntry.RegularFile(named(name), content.length), new ByteArrayInputStream(content));
        return this;
    }

    Tar file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Tar link(String name, String target) throws IOException {
        return entry(new TarEntry.SymbolicLink(named(name), TarBytes.of(target)));
    }

    Tar hardLink(String name, String target) throws IOException {
        return entry(new TarEntry.HardLink(named(name), TarBytes.of(target)));
    }

    Tar directory(String name) throws IOException {
        return entry(new TarEntry.Directory(named(name)));
    }

    Tar device(String name) throws IOException {
        return entry(new TarEntry.CharacterDevice(named(name), 1, 5));
    }

    Tar entry(TarEntry entry) throws IOException {
        writer.write(entry);
        return this;
    }

    byte[] end() throws IOException {
        writer.close();
        return bytes.toByteArray();
    }

    /** The files of an archive, in its order. */
    static Map<String, byte[]> files(byte[] archive) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(archive));
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            all.put(
                    new String(entry.get().name().toArray(), StandardCharsets.UTF_8),
                    reader.content().readAllBytes());
        }
        return all;
    }
}

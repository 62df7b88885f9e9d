package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/** An archive, entry by entry. Names are Latin-1: a character for each byte. */
final class Layer {
    static final Instant TIME = Instant.ofEpochSecond(1_000_000_000, 5);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter writer = new TarWriter(bytes);

    static TarBytes name(String text) {
        return TarBytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static TarMetadata metadata(String name, int mode) {
        return TarMetadata.of(name(name), mode).withModified(TIME);
    }

    Layer add(TarEntry entry, byte[] content) {
        try {
            writer.write(entry, new ByteArrayInputStream(content));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Layer directory(String name, int mode) {
        return add(new TarEntry.Directory(metadata(name, mode)), new byte[0]);
    }

    Layer file(String name, String content) {
        return file(metadata(name, 0644), content);
    }

    Layer file(TarMetadata metadata, String content) {
        byte[] text = content.getBytes(StandardCharsets.ISO_8859_1);
        return add(new TarEntry.RegularFile(metadata, text.length), text);
    }

    Layer link(String name, String target) {
        return add(new TarEntry.SymbolicLink(metadata(name, 0777), name(target)), new byte[0]);
    }

    Layer hardLink(String name, String target) {
        return add(new TarEntry.HardLink(metadata(name, 0644), name(target)), new byte[0]);
    }

    Layer fifo(String name) {
        return add(new TarEntry.Fifo(metadata(name, 0600)), new byte[0]);
    }

    Layer device(String name, int major, int minor) {
        return add(new TarEntry.CharacterDevice(metadata(name, 0600), major, minor), new byte[0]);
    }

    Layer attribute(String name, String attribute, byte[] value) {
        return file(metadata(name, 0644).withAttributes(Map.of(name(attribute), TarBytes.of(value))), "x");
    }

    byte[] bytes() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

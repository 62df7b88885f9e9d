package dev.estiba.content.tar;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Archives made by hand, with what no writer would write. Texts are Latin-1: a character for each byte. */
final class RawTar {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A header block before its checksum. */
    static final class Block {
        private final byte[] bytes = new byte[512];

        /** Of POSIX's format, mode 0644, time 1. */
        Block(char type, String name, long size) {
            put(0, name).put(100, "0000644").put(108, "0000000").put(116, "0000000");
            put(124, String.format(Locale.ROOT, "%011o", size)).put(136, "00000000001");
            put(156, String.valueOf(type)).put(257, "ustar\00000");
        }

        Block put(int at, String text) {
            System.arraycopy(latin(text), 0, bytes, at, text.length());
            return this;
        }

        Block gnu() {
            return put(257, "ustar  \0");
        }

        Block v7() {
            return put(257, "\0\0\0\0\0\0\0\0");
        }

        byte[] sealed() {
            return mended(bytes);
        }

        /** As it is, whatever its checksum field says. */
        byte[] bytes() {
            return bytes;
        }
    }

    /** A copy of a block with the checksum that its bytes make. */
    static byte[] mended(byte[] block) {
        byte[] mended = block.clone();
        int sum = 8 * ' ';
        for (int i = 0; i < 512; i++) {
            sum += i >= 148 && i < 156 ? 0 : mended[i] & 0xff;
        }
        System.arraycopy(latin(String.format(Locale.ROOT, "%06o\0 ", sum)), 0, mended, 148, 8);
        return mended;
    }

    RawTar add(Block block) {
        return bytes(block.sealed());
    }

    RawTar bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    RawTar text(String text) {
        return bytes(latin(text));
    }

    /** Fills the last block up. */
    RawTar pad() {
        return bytes(new byte[-out.size() & 511]);
    }

    RawTar entry(char type, String name, String content) {
        return add(new Block(type, name, content.length())).text(content).pad();
    }

    /** A PAX header with these records, whose lengths are right. */
    RawTar pax(char type, String... records) {
        StringBuilder text = new StringBuilder();
        for (String record : records) {
            text.append(record(record));
        }
        return entry(type, "pax", text.toString());
    }

    static String record(String record) {
        int length = record.length() + 2;
        while (length != record.length() + 2 + Integer.toString(length).length()) {
            length = record.length() + 2 + Integer.toString(length).length();
        }
        return length + " " + record + "\n";
    }

    byte[] cut() {
        return out.toByteArray();
    }

    byte[] end() {
        return bytes(new byte[1024]).cut();
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static TarBytes name(String text) {
        return TarBytes.of(latin(text));
    }

    /** An entry with the bytes that are stored of it. */
    record Read(TarEntry entry, byte[] content) {
        String text() {
            return new String(content, StandardCharsets.ISO_8859_1);
        }

        /** The whole file, its holes as zeros. */
        byte[] expanded() {
            TarEntry.RegularFile file = (TarEntry.RegularFile) entry;
            if (file.data().isEmpty()) {
                return content;
            }
            byte[] whole = new byte[Math.toIntExact(file.size())];
            int at = 0;
            for (TarEntry.Segment segment : file.data().get()) {
                int length = Math.toIntExact(segment.length());
                System.arraycopy(content, at, whole, Math.toIntExact(segment.offset()), length);
                at += length;
            }
            return whole;
        }
    }

    static List<Read> read(byte[] archive) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(archive));
        List<Read> all = new ArrayList<>();
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            all.add(new Read(entry.get(), reader.content().readAllBytes()));
        }
        return all;
    }
}

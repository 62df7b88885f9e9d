package dev.estiba.engine.log;

import dev.estiba.linux.Fd;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A place in a log, for who comes back to it. A file keeps its inode number when it is rotated, but a later one may get that of one
 * that is gone; so its beginning has to be the same as well, which has the time of its first line in it.
 *
 * @param position in bytes
 * @param beginning of the file: SHA-256 of its first bytes, as many as there were, up to {@link #BEGINNING}
 */
public record LogCursor(long inode, long position, int length, String beginning) {
    private static final int BEGINNING = 4096;

    static LogCursor of(Fd file, long position) throws IOException {
        byte[] first =
                first(file, (int) Math.min(BEGINNING, position)); // whole lines: what comes after may be cut off again
        return new LogCursor(inode(file), position, first.length, digest(first));
    }

    boolean isIn(Fd file) throws IOException {
        return inode(file) == inode
                && size(file) >= position
                && digest(first(file, length)).equals(beginning);
    }

    private static long inode(Fd file) throws IOException {
        return (Long) Files.getAttribute(Path.of(file.procPath()), "unix:ino");
    }

    private static long size(Fd file) throws IOException {
        return Files.size(Path.of(file.procPath()));
    }

    private static byte[] first(Fd file, int most) throws IOException {
        try (RandomAccessFile reader = new RandomAccessFile(file.procPath(), "r")) {
            byte[] bytes = new byte[(int) Math.min(most, reader.length())];
            reader.readFully(bytes);
            return bytes;
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    public byte[] written() {
        return (inode + " " + position + " " + length + " " + beginning + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Empty for what is none. */
    public static Optional<LogCursor> parse(byte[] written) {
        String[] words = new String(written, StandardCharsets.US_ASCII).strip().split(" ");
        try {
            return words.length == 4
                    ? Optional.of(new LogCursor(
                            Long.parseLong(words[0]),
                            Long.parseLong(words[1]),
                            Math.clamp(Long.parseLong(words[2]), 0, BEGINNING),
                            words[3]))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}

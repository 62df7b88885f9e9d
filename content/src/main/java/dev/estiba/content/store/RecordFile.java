package dev.estiba.content.store;

import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * A small file that is there whole or not at all, and says of itself whether it is still what was written: a line with the
 * digest of the rest, then the rest.
 */
final class RecordFile {
    private RecordFile() {}

    /** On the disk when this returns. */
    static void write(Path file, byte[] bytes) throws IOException {
        try (Fd directory = Open.absolute(parent(file), Open.How.directory())) {
            AtomicFile.writeDurably(directory, name(file), framed(bytes));
        }
    }

    /**
     * The same, when others may write the same file at this time: the last one counts.
     *
     * @param aside a name beside it that nobody else uses
     */
    static void writeFromAside(Path file, Path aside, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer all = ByteBuffer.wrap(framed(bytes));
            while (all.hasRemaining()) {
                channel.write(all);
            }
            channel.force(true);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(aside);
        }
        StoreDirectory.syncDirectory(file.resolveSibling(""));
    }

    /** For who syncs by himself. */
    static void writeUnsynced(Path file, byte[] bytes) throws IOException {
        try (Fd directory = Open.absolute(parent(file), Open.How.directory())) {
            AtomicFile.write(directory, name(file), framed(bytes));
        }
    }

    private static byte[] framed(byte[] bytes) {
        String line = Digest.of(bytes) + "\n";
        byte[] head = line.getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        return all;
    }

    private static String parent(Path file) {
        return String.valueOf(file.getParent());
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /**
     * Empty when there is none.
     *
     * @throws DamagedRecord when it is not what was written
     */
    static Optional<byte[]> read(Path file) throws IOException {
        byte[] all;
        try {
            all = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StorageFailure.isOfDevice(e)
                    ? DamagedRecord.unreadable(file, e)
                    : StorageFailure.explained(e, file.resolveSibling(""));
        }
        int end = 0;
        while (end < all.length && all[end] != '\n') {
            end++;
        }
        String said = new String(all, 0, end, StandardCharsets.US_ASCII);
        byte[] rest = end == all.length ? new byte[0] : Arrays.copyOfRange(all, end + 1, all.length);
        if (!said.equals(Digest.of(rest).toString())) {
            throw new DamagedRecord(file);
        }
        return Optional.of(rest);
    }
}

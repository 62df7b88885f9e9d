package dev.estiba.content.archive;

import dev.estiba.content.compression.Compression;
import dev.estiba.content.layout.LayoutFiles;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;

/**
 * The files of a tar archive, anywhere in it at any time. A plain archive in a file is read where it is; one that is packed, or
 * that comes through a pipe, is written to a temporary file first, which has no name and goes with this. Safe for several
 * threads.
 */
public final class ArchiveFiles implements LayoutFiles {
    /** Of an archive that is unpacked, and of one that comes through a pipe. */
    private static final long MOST_BYTES = 1L << 40;

    private final String name;
    private final Fd file;
    private final ArchiveIndex index;

    private ArchiveFiles(String name, Fd file, ArchiveIndex index) {
        this.name = name;
        this.file = file;
        this.index = index;
    }

    /**
     * An archive in a file, or behind any other path that can be read.
     *
     * @param name what a person calls it
     * @param from where a relative path begins
     * @param path the user's own
     * @param spool the directory for a temporary file, if one is needed
     */
    public static ArchiveFiles open(String name, Fd from, String path, Fd spool) throws IOException {
        try (Fd file = Open.at(from, path, Open.How.reading())) {
            BasicFileAttributes attributes = Files.readAttributes(Path.of(file.procPath()), BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new MalformedImage(name + ": it is a directory, where an archive is expected");
            }
            if (!attributes.isRegularFile() || isPacked(name, file)) {
                // Opened once more: this one would not wait for a pipe's bytes.
                return read(name, Files.newInputStream(Path.of(file.procPath())), spool);
            }
            return of(name, file.duplicate());
        }
    }

    private static boolean isPacked(String name, Fd file) throws IOException {
        try (InputStream in = stream(file, 0, Compression.MAGIC)) {
            return Inflation.compression(name, in.readNBytes(Compression.MAGIC)) != Compression.NONE;
        }
    }

    /**
     * An archive that comes as a stream.
     *
     * @param in which is closed
     */
    public static ArchiveFiles read(String name, InputStream in, Fd spool) throws IOException {
        try (in;
                InputStream unpacked = Inflation.open(name, in, MOST_BYTES)) {
            return of(name, spooled(unpacked, spool));
        }
    }

    private static Fd spooled(InputStream in, Fd spool) throws IOException {
        String temporary = ".spooled-" + UUID.randomUUID();
        long flags = Open.READ_WRITE | Open.CREATE | Open.EXCLUSIVE | Open.noFollowFlag();
        Fd file = Open.at(spool, temporary, new Open.How(flags, 0600, 0));
        try {
            Names.remove(spool, temporary);
            try (FileChannel channel = FileChannel.open(Path.of(file.procPath()), StandardOpenOption.WRITE)) {
                in.transferTo(Channels.newOutputStream(channel));
            }
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** @param file which is closed with this */
    private static ArchiveFiles of(String name, Fd file) throws IOException {
        try (InputStream in = stream(file, 0, Long.MAX_VALUE)) {
            return new ArchiveFiles(name, file, ArchiveIndex.read(name, in));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static InputStream stream(Fd file, long offset, long length) throws IOException {
        return new FilePart(FileChannel.open(Path.of(file.procPath()), StandardOpenOption.READ), offset, length);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Long> size(String path) throws IOException {
        return index.find(path).map(ArchiveIndex.Member::size);
    }

    @Override
    public Optional<InputStream> open(String path, long offset) throws IOException {
        Optional<ArchiveIndex.Member> member = index.find(path);
        if (member.isEmpty()) {
            return Optional.empty();
        }
        long skipped = Math.min(offset, member.get().size());
        return Optional.of(
                stream(file, member.get().offset() + skipped, member.get().size() - skipped));
    }

    @Override
    public void close() {
        file.close();
    }
}

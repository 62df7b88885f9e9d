package dev.estiba.content.archive;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;

/** A file that is written under another name beside it, synced, and renamed. */
final class FileDestination implements ArchiveDestination {
    private static final int BUFFER = 1 << 17;

    private final String path;
    private final Fd directory;
    private final String name;
    private final String temporary;
    private final FileChannel file;
    private final OutputStream out;
    private boolean isThere;

    private FileDestination(String path, Fd directory, String name, String temporary, FileChannel file) {
        this.path = path;
        this.directory = directory;
        this.name = name;
        this.temporary = temporary;
        this.file = file;
        this.out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER);
    }

    static ArchiveDestination open(Fd from, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String last = path.substring(slash + 1);
        if (last.isEmpty() || last.equals(".") || last.equals("..")) {
            throw new IOException(path + ": this is the name of a directory, where an archive is written to a file");
        }
        Fd directory = Open.at(from, slash < 0 ? "." : path.substring(0, slash + 1), Open.How.directory());
        try {
            Optional<OutputStream> special = special(directory, last, path);
            if (special.isEmpty()) {
                return temporary(directory, last, path);
            }
            directory.close();
            return new StreamDestination(path, special.get(), StreamDestination.AtTheEnd.IS_CLOSED);
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static ArchiveDestination temporary(Fd directory, String last, String path) throws IOException {
        String temporary = ".archive-" + UUID.randomUUID();
        try (Fd file = Open.at(directory, temporary, Open.How.creating(0644))) {
            return new FileDestination(
                    path,
                    directory,
                    last,
                    temporary,
                    FileChannel.open(Path.of(file.procPath()), StandardOpenOption.WRITE));
        }
    }

    /** What is there and no file. */
    private static Optional<OutputStream> special(Fd directory, String last, String path) throws IOException {
        try (Fd there = Open.at(directory, last, new Open.How(Open.PATH, 0, 0))) {
            BasicFileAttributes attributes = Files.readAttributes(Path.of(there.procPath()), BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new IOException(path + ": this is a directory, where an archive is written to a file");
            }
            return attributes.isRegularFile()
                    ? Optional.empty()
                    : Optional.of(Files.newOutputStream(Path.of(there.procPath()), StandardOpenOption.WRITE));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public String name() {
        return path;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void commit() throws IOException {
        out.flush();
        file.force(true);
        Names.rename(directory, temporary, directory, name);
        isThere = true;
        Names.sync(directory);
    }

    @Override
    public void close() throws IOException {
        if (!directory.isOpen()) {
            return;
        }
        try (directory;
                file) {
            if (!isThere) {
                Names.remove(directory, temporary);
            }
        }
    }
}

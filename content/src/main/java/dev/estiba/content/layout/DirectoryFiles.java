package dev.estiba.content.layout;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** A layout's files in a directory that somebody else may have made: no link is followed, and nothing but files is opened. */
final class DirectoryFiles implements LayoutFiles {
    private static final Open.How READING =
            Open.How.reading().resolving(Open.BENEATH | Open.NO_SYMLINKS | Open.NO_MAGICLINKS);

    private final Fd directory;
    private final String name;

    /** @param directory which is closed with this */
    DirectoryFiles(Fd directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Long> size(String path) throws IOException {
        Optional<Fd> file = find(path);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (Fd fd = file.get()) {
            return Optional.of(regular(fd, path).size());
        }
    }

    @Override
    public Optional<InputStream> open(String path, long offset) throws IOException {
        Optional<Fd> file = find(path);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (Fd fd = file.get()) {
            regular(fd, path);
            return Optional.of(stream(fd, offset));
        }
    }

    /** Of a regular file, which is opened anew. */
    private static InputStream stream(Fd file, long offset) throws IOException {
        FileChannel channel = FileChannel.open(Path.of(file.procPath()), StandardOpenOption.READ);
        try {
            channel.position(offset);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return Channels.newInputStream(channel);
    }

    private BasicFileAttributes regular(Fd fd, String path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(Path.of(fd.procPath()), BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(name + ": " + path + " is no regular file");
        }
        return attributes;
    }

    private Optional<Fd> find(String path) throws IOException {
        try {
            return Optional.of(Open.at(directory, path, READING));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            if (e.is(Errno.ELOOP) || e.is(Errno.EXDEV)) {
                throw new IOException(name + ": " + path + " is a link, and none is followed in a layout", e);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}

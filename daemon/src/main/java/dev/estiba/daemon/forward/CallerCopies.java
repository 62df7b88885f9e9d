package dev.estiba.daemon.forward;

import dev.estiba.cli.LocalFiles;
import dev.estiba.content.pack.TreePacker;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.content.unpack.ExtractOptions;
import dev.estiba.content.unpack.Extractor;
import dev.estiba.content.unpack.UnpackLimits;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Archives of the caller's files, and into them. */
final class CallerCopies implements LocalFiles {
    private static final int BUFFER = 256 << 10;

    private final CallerFiles files;

    CallerCopies(CallerFiles files) {
        this.files = files;
    }

    @Override
    public Optional<Kind> kind(String path, boolean follow) throws IOException {
        boolean isDirectory = path.endsWith("/") || path.endsWith("/.");
        try {
            Path place = Path.of(follow || isDirectory ? files.hostPath(path) : unfollowed(path));
            BasicFileAttributes found =
                    Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (isDirectory && !found.isDirectory()) {
                throw new FileSystemException("lstat " + path + ": not a directory");
            }
            return Optional.of(
                    found.isDirectory()
                            ? Kind.DIRECTORY
                            : found.isRegularFile() ? Kind.REGULAR : found.isSymbolicLink() ? Kind.LINK : Kind.OTHER);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** On this host, but for a link at its end. */
    private String unfollowed(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String parent = files.hostPath(slash <= 0 ? "/" : path.substring(0, slash));
        return parent + "/" + path.substring(slash + 1);
    }

    @Override
    public String readLink(String path) throws IOException {
        return Files.readSymbolicLink(Path.of(unfollowed(path))).toString();
    }

    @Override
    public String resolve(String path) throws IOException {
        return files.hostPath(path);
    }

    @Override
    public void pack(String directory, String name, String as, OutputStream to) throws IOException {
        TarWriter archive = new TarWriter(new BufferedOutputStream(to, BUFFER));
        try (Fd from = Open.absolute(files.hostPath(directory), Open.How.directory());
                TreePacker packer = new TreePacker(archive, UnaryOperator.identity())) {
            boolean isItself = name.equals(".") || name.equals("/");
            Optional<Kind> kind = isItself ? Optional.of(Kind.DIRECTORY) : kind(directory + "/" + name, false);
            if (kind.equals(Optional.of(Kind.DIRECTORY))) {
                String path = isItself ? "." : name;
                try (Fd own = Open.at(from, path, Open.How.directory().with(Open.noFollowFlag()))) {
                    packer.directory(own, TarBytes.of(as));
                }
            } else {
                packer.file(from, name.getBytes(StandardCharsets.UTF_8), TarBytes.of(as));
            }
        }
        archive.close(); // not when it has failed: an end would make it whole
    }

    @Override
    public void unpack(InputStream archive, String directory, String from, String as) throws IOException {
        UnaryOperator<TarBytes> rename = from.equals(as)
                ? UnaryOperator.identity()
                : ExtractOptions.renaming(TarBytes.of(from), TarBytes.of(as));
        ExtractOptions options =
                new ExtractOptions(TarBytes.EMPTY, UnaryOperator.identity(), rename, false, true, false);
        try (Fd into = Open.absolute(files.hostPath(directory), Open.How.directory())) {
            new Extractor(UnpackLimits.DEFAULT).intoOwn(new BufferedInputStream(archive, BUFFER), into, options);
        }
    }
}

package dev.estiba.engine.files;

import dev.estiba.api.ApiException;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileSystems;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a path leads at one moment.
 *
 * @param directory the directory itself, or the one that the file is in; this object's
 * @param name in that directory, which may be a symbolic link's; empty: the directory itself
 * @param stat of it
 */
record Place(Fd directory, byte[] name, Stat stat) implements AutoCloseable {
    private static final long IN_ROOT = Open.IN_ROOT | Open.NO_MAGICLINKS;
    private static final Open.How DIRECTORY = Open.How.directory().resolving(IN_ROOT);

    boolean isItself() {
        return name.length == 0;
    }

    /**
     * The last part is not followed, unless the path says that it is a directory.
     *
     * @param root the container's root directory
     * @param container what the client calls it
     * @throws ApiException 404 when nothing is there
     */
    static Place of(CallMemory memory, Fd root, ContainerPath path, String container) throws IOException {
        boolean made = false;
        Fd directory = directory(memory, root, path, path.assertsDirectory() ? path.clean() : path.parent(), container);
        try {
            if (FileSystems.isKernels(directory)) {
                throw absent(path, container + ": it is in a file system of the kernel's, of which nothing is copied");
            }
            byte[] name = path.assertsDirectory() ? new byte[0] : path.name();
            Stat stat = name.length == 0 ? Attributes.of(memory, directory) : Attributes.of(memory, directory, name);
            made = true;
            return new Place(directory, name, stat);
        } catch (ErrnoException e) {
            throw explained(e, "lstat", path, container);
        } finally {
            if (!made) {
                directory.close();
            }
        }
    }

    private static Fd directory(CallMemory memory, Fd root, ContainerPath path, String text, String container)
            throws IOException {
        try {
            return Nodes.open(memory, root, text.getBytes(StandardCharsets.UTF_8), DIRECTORY);
        } catch (ErrnoException e) {
            throw explained(e, "lstat", path, container);
        }
    }

    /** Opens a directory that is this name, unless it is another thing by now. */
    Fd open(CallMemory memory) throws IOException {
        if (isItself()) {
            return directory.duplicate();
        }
        long closed = Open.BENEATH | Open.NO_SYMLINKS | Open.NO_MAGICLINKS;
        return Nodes.open(
                memory,
                directory,
                name,
                Open.How.directory().with(Open.noFollowFlag()).resolving(closed));
    }

    static ApiException absent(ContainerPath path, String container) {
        return ApiException.notFound("Could not find the file " + path + " in container " + container);
    }

    /** In dockerd's words, which are Go's. */
    static IOException explained(ErrnoException e, String call, ContainerPath path, String container) {
        if (e.is(Errno.ENOENT)) {
            return absent(path, container);
        }
        if (e.error().isEmpty()) {
            return e;
        }
        return new ApiException(ApiException.SERVER_ERROR, call + " " + path + ": " + goes(e), e);
    }

    /** "Not a directory (ENOTDIR)" as Go says it: "not a directory". */
    private static String goes(ErrnoException e) {
        String said = Errno.describe(e.errno());
        int name = said.lastIndexOf(" (");
        String words = name < 0 ? said : said.substring(0, name);
        return words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }

    @Override
    public void close() {
        directory.close();
    }
}

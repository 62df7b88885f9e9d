package dev.estiba.engine.files;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.content.compression.CorruptStream;
import dev.estiba.content.compression.UnknownCompression;
import dev.estiba.content.inspect.Owners;
import dev.estiba.content.tar.MalformedArchive;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarMetadata;
import dev.estiba.content.unpack.ExtractOptions;
import dev.estiba.content.unpack.Extractor;
import dev.estiba.content.unpack.UnpackException;
import dev.estiba.content.unpack.UnpackLimits;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileSystems;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Unpacks an archive in a container, in a room that has nothing but the container's root directory. */
public final class ArchiveWriting {
    private static final long IN_ROOT = Open.IN_ROOT | Open.NO_MAGICLINKS;
    private static final Open.How DIRECTORY = Open.How.directory().resolving(IN_ROOT);

    private final Extractor extractor = new Extractor(UnpackLimits.DEFAULT);

    /**
     * Whose what is made becomes.
     *
     * @param onDisk from the container's ids to those that it has here
     * @param user the container's, in its own ids, when all becomes that one's
     */
    public record Ownership(Owners onDisk, Optional<Owner> user) {}

    /** A user and its group. */
    public record Owner(long uid, long gid) {}

    /**
     * Unpacks it.
     *
     * @param root the container's root directory, with what is mounted in it; stays the caller's
     * @param isReadOnly whether the container may not write to its root file system
     * @throws ApiException 400 when the path is no directory or cannot be written to, 404 when nothing is there
     */
    public void unpack(
            Fd root,
            ContainerPath path,
            String container,
            boolean isReadOnly,
            InputStream from,
            Ownership ownership,
            ArchiveOptions options)
            throws IOException {
        check(root, path, container, isReadOnly);
        UnaryOperator<TarMetadata> metadata = entry -> {
            TarMetadata owned = ownership
                    .user()
                    .map(user -> entry.withOwner(user.uid(), user.gid()))
                    .orElse(entry);
            return ownership.onDisk().of(owned);
        };
        ExtractOptions how = new ExtractOptions(
                TarBytes.of(path.clean().substring(1)),
                metadata,
                UnaryOperator.identity(),
                true,
                options.keepKinds(),
                true);
        try {
            extractor.intoForeign(from, root, how);
        } catch (MalformedArchive | CorruptStream | UnknownCompression e) {
            throw new ApiException(ApiException.BAD_REQUEST, "the archive: " + e.getMessage(), e);
        } catch (UnpackException e) {
            throw explained(e);
        }
    }

    private static void check(Fd root, ContainerPath path, String container, boolean isReadOnly) throws IOException {
        byte[] text = path.clean().getBytes(StandardCharsets.UTF_8);
        try (CallMemory memory = new CallMemory();
                Fd directory = Nodes.open(memory, root, text, DIRECTORY)) {
            if (FileSystems.isKernels(directory)) {
                throw ApiException.badRequest(
                        path + " is in a file system of the kernel's, into which nothing is copied");
            }
            boolean isElsewhere = isMounted(memory, root, text);
            if (isElsewhere && FileSystems.isReadOnly(directory)) {
                throw ApiException.badRequest("mounted volume is marked read-only");
            }
            if (!isElsewhere && (isReadOnly || FileSystems.isReadOnly(directory))) {
                throw ApiException.badRequest("container rootfs is marked read-only");
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOTDIR)) {
                throw ApiException.badRequest("extraction point is not a directory");
            }
            throw Place.explained(e, "lstat", path, container);
        }
    }

    /** Whether something is mounted between the root directory and that one. */
    private static boolean isMounted(CallMemory memory, Fd root, byte[] text) throws IOException {
        try (Fd same = Nodes.open(memory, root, text, DIRECTORY.resolving(Open.NO_XDEV))) {
            return !same.isOpen();
        } catch (ErrnoException e) {
            if (e.is(Errno.EXDEV)) {
                return true;
            }
            throw e;
        }
    }

    private static ApiException explained(UnpackException e) {
        boolean isFull =
                e.getCause() instanceof ErrnoException cause && (cause.is(Errno.ENOSPC) || cause.is(Errno.EDQUOT));
        String said = String.valueOf(e.getMessage());
        String why = isFull ? said + " (what was unpacked before it is there)" : said;
        return new ApiException(ApiException.SERVER_ERROR, why, e);
    }
}

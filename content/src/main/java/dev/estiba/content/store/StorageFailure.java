package dev.estiba.content.store;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the store is, or this process, cannot do what was wanted: with what a person can do about it. */
public final class StorageFailure extends IOException {
    private static final long serialVersionUID = 1;

    private StorageFailure(IOException cause, String remedy) {
        super(cause.getMessage() + ": " + remedy, cause);
    }

    /** The same failure; one of the storage's is told with its remedy. */
    public static IOException explained(IOException failure, Path store) {
        if (failure instanceof StorageFailure || failure instanceof java.io.InterruptedIOException) {
            return failure;
        }
        return error(failure)
                .flatMap(error -> remedy(error, store))
                .<IOException>map(remedy -> new StorageFailure(failure, remedy))
                .orElse(failure);
    }

    /** Whether the device itself says that it has failed. */
    static boolean isOfDevice(IOException failure) {
        return error(failure).filter(error -> error == Errno.EIO).isPresent();
    }

    private static Optional<String> remedy(Errno error, Path store) {
        return switch (error) {
            case ENOSPC ->
                Optional.of("make room where " + store + " is ('estiba system df' says what images take, 'estiba image"
                        + " prune' removes what is unused), then do it again");
            case EDQUOT ->
                Optional.of("a quota of the file system of " + store + " is used up: have it raised, or make room"
                        + " ('estiba image prune'), then do it again");
            case EIO ->
                Optional.of("the device of " + store + " fails: see the kernel's log (dmesg), and when it works again,"
                        + " 'estiba system check --repair'");
            case EROFS ->
                Optional.of("the file system of " + store + " is read-only: mount it writable; when the kernel has made"
                        + " it so, its log (dmesg) says why");
            case EMFILE, ENFILE ->
                Optional.of("too many files are open for " + store + ": raise the limit ('ulimit -n'), or do less at a"
                        + " time");
            default -> Optional.empty();
        };
    }

    /** The JDK has words instead of numbers: those of strerror(3), of the C locale. */
    private static Optional<Errno> error(IOException failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof ErrnoException errno) {
                return errno.error();
            }
            String said = each instanceof FileSystemException file ? file.getReason() : each.getMessage();
            Optional<Errno> named = said == null ? Optional.empty() : named(said);
            if (named.isPresent()) {
                return named;
            }
        }
        return Optional.empty();
    }

    private static Optional<Errno> named(String said) {
        return switch (said) {
            case "No space left on device" -> Optional.of(Errno.ENOSPC);
            case "Disk quota exceeded" -> Optional.of(Errno.EDQUOT);
            case "Input/output error" -> Optional.of(Errno.EIO);
            case "Read-only file system" -> Optional.of(Errno.EROFS);
            case "Too many open files" -> Optional.of(Errno.EMFILE);
            default -> Optional.empty();
        };
    }
}

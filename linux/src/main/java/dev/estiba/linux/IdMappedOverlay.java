package dev.estiba.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * An overlay whose lower directories are seen through a user namespace's ids (since Linux 5.19), so that one copy of a layer serves
 * containers with any ids. What is written has the ids that the host knows the container's users by.
 */
public final class IdMappedOverlay {
    private static final int UNSHARE = Frame.number("unshare");
    private static final int MOUNT = Frame.number("mount");
    private static final int MOVE_MOUNT = Frame.number("move_mount");
    private static final int CLONE_NEWNS = 0x20000;
    private static final int MS_REC = 0x4000;
    private static final int MS_PRIVATE = 0x40000;
    private static final int AT_FDCWD = -100;
    private static final int MOVE_FROM_ITSELF = 4;
    /** A directory that every host has. */
    private static final String PLACE = "/sys";

    private IdMappedOverlay() {}

    /**
     * As {@link DetachedMount#overlay}.
     *
     * @param userNamespace by which the lower directories' ids are mapped; borrowed
     * @throws ErrnoException EINVAL for a kernel or a file system that cannot map ids
     */
    public static Fd make(Fd userNamespace, List<String> lowers, String upper, String work, boolean unsynced)
            throws IOException {
        List<Fd> layers = new ArrayList<>();
        try {
            for (String lower : lowers) {
                layers.add(IdMappedMount.of(lower, userNamespace));
            }
            return attached(layers, upper, work, unsynced);
        } finally {
            layers.forEach(Fd::close);
        }
    }

    private static List<String> paths(List<Fd> layers) throws IOException {
        List<String> paths = new ArrayList<>();
        for (Fd layer : layers) {
            paths.add("/proc/self/fd/" + layer.number());
        }
        return paths;
    }

    /**
     * Before Linux 6.15 an overlay takes layers only of mounts that are in the caller's mount namespace: here one of a thread's own,
     * which goes with the thread, and with it all that was mounted there. It is not tried without one first: an attempt that fails
     * may have marked the work directory as that of a volatile overlay, which no second one takes.
     */
    private static Fd attached(List<Fd> layers, String upper, String work, boolean unsynced) throws IOException {
        CompletableFuture<Fd> made = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name("mount an overlay").daemon().start(() -> {
            try (Frame frame = new Frame()) {
                ErrnoException.check(frame.call(UNSHARE, CLONE_NEWNS), "unshare", "a mount namespace");
                long slash = frame.string("/").address();
                ErrnoException.check(frame.call(MOUNT, 0, slash, 0, MS_REC | MS_PRIVATE, 0), "mount", "MS_PRIVATE");
                long empty = frame.string("").address();
                long place = frame.string(PLACE).address();
                for (Fd layer : layers) {
                    // One over the other: each is reached by its descriptor.
                    long moved = frame.call(MOVE_MOUNT, layer.number(), empty, AT_FDCWD, place, MOVE_FROM_ITSELF);
                    ErrnoException.check(moved, "move_mount", layer.label());
                }
                made.complete(DetachedMount.overlay(paths(layers), upper, work, unsynced));
            } catch (Throwable e) {
                made.completeExceptionally(e);
            }
        });
        try {
            return made.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        } finally {
            join(thread);
        }
    }

    static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

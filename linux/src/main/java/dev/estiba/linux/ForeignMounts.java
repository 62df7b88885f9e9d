package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * All that is mounted in another mount namespace, once more, as a detached tree. open_tree(2) copies what is mounted in the caller's
 * own namespace alone, so a thread goes there for it, and ends with it.
 */
public final class ForeignMounts {
    private static final int UNSHARE = Frame.number("unshare");
    private static final int SETNS = Frame.number("setns");
    private static final int OPEN_TREE = Frame.number("open_tree");
    private static final int MOUNT_SETATTR = Frame.number("mount_setattr");
    private static final int CLONE_FS = 0x200;
    private static final int CLONE_NEWNS = 0x20000;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int CLONE = 1;
    private static final int CLOEXEC = 02000000;
    private static final int ATTRIBUTES = 32;
    private static final int PROPAGATION_AT = 16;
    private static final long READ_ONLY = 1;
    private static final long PRIVATE = 0x40000;

    private ForeignMounts() {}

    /**
     * Copies the tree at the namespace's root. The copy's mounts are nobody's peers: what is mounted in it is mounted nowhere else
     * (mount_namespaces(7)), and nothing that happens to it happens to the other tree.
     *
     * @param namespace a mount namespace ({@code /proc/PID/ns/mnt}); stays the caller's
     * @param readOnly whether nothing can be written by way of the copy
     * @throws ErrnoException EPERM without CAP_SYS_ADMIN over that namespace
     */
    public static Fd copy(Fd namespace, boolean readOnly) throws IOException {
        // What the thread needs is loaded before: in there a path leads to a stranger's files.
        ClassesAhead.load(ForeignMounts.class);
        CompletableFuture<Fd> made = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform()
                .name("in " + namespace.label())
                .daemon()
                .start(() -> {
                    try {
                        made.complete(inside(namespace, readOnly));
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
            IdMappedOverlay.join(thread);
        }
    }

    private static Fd inside(Fd namespace, boolean readOnly) throws IOException {
        try (Frame frame = new Frame()) {
            // setns(2): not while the root directory is shared with other threads.
            ErrnoException.check(frame.call(UNSHARE, CLONE_FS), "unshare", "the root directory");
            long entered = frame.call(SETNS, namespace.number(), CLONE_NEWNS);
            ErrnoException.check(entered, "setns", "the mounts of " + namespace.label());
            long root = frame.string("/").address();
            long copy = frame.call(OPEN_TREE, AT_FDCWD, root, CLONE | CLOEXEC | AT_RECURSIVE);
            Fd tree = Fd.own(ErrnoException.check(copy, "open_tree", namespace.label()), namespace.label());
            boolean apart = false;
            try {
                MemorySegment attributes = frame.space(ATTRIBUTES);
                attributes.set(ValueLayout.JAVA_LONG, 0, readOnly ? READ_ONLY : 0);
                attributes.set(ValueLayout.JAVA_LONG, PROPAGATION_AT, PRIVATE);
                long changed = frame.call(
                        MOUNT_SETATTR,
                        tree.number(),
                        frame.string("").address(),
                        AT_EMPTY_PATH | AT_RECURSIVE,
                        attributes.address(),
                        ATTRIBUTES);
                ErrnoException.check(changed, "mount_setattr", "keep the copy of " + namespace.label() + " apart");
                apart = true;
                return tree;
            } finally {
                if (!apart) {
                    tree.close();
                }
            }
        }
    }
}

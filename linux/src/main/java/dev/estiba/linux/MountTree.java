package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A detached mount with others mounted in it, which is in nobody's mount table either. Before Linux 6.15 nothing can be mounted in
 * one that is detached: a thread attaches it in a mount namespace of its own, and what is given back is a copy of all of it.
 */
public final class MountTree {
    private static final int UNSHARE = Frame.number("unshare");
    private static final int MOUNT = Frame.number("mount");
    private static final int MOVE_MOUNT = Frame.number("move_mount");
    private static final int OPEN_TREE = Frame.number("open_tree");
    private static final int MOUNT_SETATTR = Frame.number("mount_setattr");
    private static final int CLONE_NEWNS = 0x20000;
    private static final int MS_REC = 0x4000;
    private static final int MS_PRIVATE = 0x40000;
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int CLONE = 1;
    private static final int CLOEXEC = 02000000;
    private static final int MOVE_FROM_ITSELF = 4;
    private static final int MOVE_TO_ITSELF = 0x40;
    private static final int ATTRIBUTES = 32;
    private static final long READ_ONLY = 1;
    /** A directory that every host has. */
    private static final String PLACE = "/sys";

    private static final Open.How TARGET = new Open.How(Open.PATH, 0, Open.IN_ROOT | Open.NO_MAGICLINKS);

    private MountTree() {}

    /**
     * What is mounted in it.
     *
     * @param source absolute, and the caller's own
     * @param target in the tree, whose links are followed in it. Where nothing is, a directory is made for a directory, and nothing is
     *     mounted for a file
     * @param recursive whether what is mounted in the source comes with it
     */
    public record Bind(String source, String target, boolean recursive, boolean readOnly) {}

    /**
     * Puts it together.
     *
     * @param root a detached mount; stays the caller's
     * @param binds in the order in which they are mounted
     * @throws ErrnoException ENOENT when a source is not there, EPERM without CAP_SYS_ADMIN
     */
    public static Fd of(Fd root, List<Bind> binds) throws IOException {
        Opening opening = (frame, into) -> {
            for (Bind bind : binds) {
                into.add(copy(frame, bind));
            }
        };
        return of(root, opening, binds.stream().map(Bind::target).toList());
    }

    /**
     * Puts one tree into another.
     *
     * @param root a detached mount; stays the caller's
     * @param tree a detached mount, and what is mounted in it; closed when this returns
     * @param target as {@link Bind} has it
     * @throws ErrnoException EPERM without CAP_SYS_ADMIN
     */
    public static Fd with(Fd root, Fd tree, String target) throws IOException {
        return of(root, (frame, into) -> into.add(tree), List.of(target));
    }

    /** Gets what is mounted in it, in the caller's mount namespace. */
    @FunctionalInterface
    private interface Opening {
        void open(Frame frame, List<Fd> into) throws IOException;
    }

    private static Fd of(Fd root, Opening opening, List<String> targets) throws IOException {
        CompletableFuture<Fd> made = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name("mount a tree").daemon().start(() -> {
            List<Fd> sources = new ArrayList<>();
            try (Frame frame = new Frame()) {
                opening.open(frame, sources);
                ErrnoException.check(frame.call(UNSHARE, CLONE_NEWNS), "unshare", "a mount namespace");
                long slash = frame.string("/").address();
                ErrnoException.check(frame.call(MOUNT, 0, slash, 0, MS_REC | MS_PRIVATE, 0), "mount", "MS_PRIVATE");
                long empty = frame.string("").address();
                long place = frame.string(PLACE).address();
                long moved = frame.call(MOVE_MOUNT, root.number(), empty, AT_FDCWD, place, MOVE_FROM_ITSELF);
                ErrnoException.check(moved, "move_mount", root.label());
                for (int i = 0; i < sources.size(); i++) {
                    mount(frame, root, sources.get(i), targets.get(i));
                }
                long tree = frame.call(OPEN_TREE, root.number(), empty, AT_EMPTY_PATH | AT_RECURSIVE | CLONE | CLOEXEC);
                made.complete(Fd.own(ErrnoException.check(tree, "open_tree", root.label()), root.label()));
            } catch (Throwable e) {
                made.completeExceptionally(e);
            } finally {
                sources.forEach(Fd::close);
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

    private static Fd copy(Frame frame, Bind bind) throws IOException {
        int recursive = bind.recursive() ? AT_RECURSIVE : 0;
        long source = frame.string(bind.source()).address();
        long copy = frame.call(OPEN_TREE, AT_FDCWD, source, CLONE | CLOEXEC | recursive);
        Fd mount = Fd.own(ErrnoException.check(copy, "open_tree", bind.source()), bind.source());
        boolean done = !bind.readOnly();
        try {
            if (!done) {
                MemorySegment attributes = frame.space(ATTRIBUTES);
                attributes.set(ValueLayout.JAVA_LONG, 0, READ_ONLY);
                long r = frame.call(
                        MOUNT_SETATTR,
                        mount.number(),
                        frame.string("").address(),
                        AT_EMPTY_PATH | recursive,
                        attributes.address(),
                        ATTRIBUTES);
                ErrnoException.check(r, "mount_setattr", "make " + bind.source() + " read-only");
                done = true;
            }
            return mount;
        } finally {
            if (!done) {
                mount.close();
            }
        }
    }

    private static void mount(Frame frame, Fd root, Fd source, String target) throws IOException {
        try (CallMemory memory = new CallMemory()) {
            boolean isDirectory = Attributes.of(memory, source).isDirectory();
            try (Fd place = isDirectory ? directory(memory, root, target) : Open.at(root, target, TARGET)) {
                long empty = frame.string("").address();
                int flags = MOVE_FROM_ITSELF | MOVE_TO_ITSELF;
                long moved = frame.call(MOVE_MOUNT, source.number(), empty, place.number(), empty, flags);
                ErrnoException.check(moved, "move_mount", source.label() + " to " + target);
            } catch (ErrnoException e) {
                if (isDirectory || !e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
    }

    /** What is missing of it is made, and belongs to whom the directory that it is in belongs. */
    private static Fd directory(CallMemory memory, Fd root, String target) throws IOException {
        try {
            return Open.at(root, target, TARGET);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        Fd at = Open.at(root, ".", TARGET);
        String path = "";
        for (String part : target.split("/")) {
            if (!part.isEmpty()) {
                path += "/" + part;
                try (Fd parent = at) {
                    byte[] name = part.getBytes(StandardCharsets.UTF_8);
                    if (Nodes.makeDirectory(memory, parent, name, 0755)) {
                        Attributes.Stat like = Attributes.of(memory, parent);
                        Attributes.own(memory, parent, name, like.uid(), like.gid());
                    }
                }
                at = Open.at(root, path, TARGET);
            }
        }
        return at;
    }
}

package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that sees one directory and nothing else, for work with what strangers have made: a mistake with a path in there ends
 * in the directory. Its mount namespace has an empty read-only tmpfs as its root and the directory at {@code /layer}, its network
 * namespace has nothing, and Landlock, where the kernel has it, allows files beneath the directory only. umask(2) and chdir(2)
 * are its own, and its umask is 0.
 *
 * <p>Namespaces and Landlock's domains are a thread's and go on to the threads that it starts, so it is a platform thread made for
 * the work, ends with it, and must start none. Descriptors are the process's: one of a file outside leads out, so the work is given
 * none. Class files cannot be opened in there: those of the work's package are loaded before, others by {@link #load}.
 *
 * <p>For the superuser all walls but Landlock are required. Other users cannot make namespaces in a process with several
 * threads; they have Landlock alone, and their own rights are the wall behind it.
 */
public final class Room<T> {
    private static final int UNSHARE = Frame.number("unshare");
    private static final int UMASK = Frame.number("umask");
    private static final int MOUNT = Frame.number("mount");
    private static final int UMOUNT2 = Frame.number("umount2");
    private static final int OPEN_TREE = Frame.number("open_tree");
    private static final int MOVE_MOUNT = Frame.number("move_mount");
    private static final int PIVOT_ROOT = Frame.number("pivot_root");
    private static final int FCHDIR = Frame.number("fchdir");
    private static final int CHDIR = Frame.number("chdir");
    private static final int CHROOT = Frame.number("chroot");
    private static final int GETEUID = Frame.number("geteuid");
    private static final int GETTID = Frame.number("gettid");
    private static final int GETPID = Frame.number("getpid");
    private static final int TGKILL = Frame.number("tgkill");
    private static final int CLONE_FS = 0x200;
    private static final int CLONE_NEWNS = 0x20000;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int MS_REC = 0x4000;
    private static final int MS_PRIVATE = 0x40000;
    private static final int MNT_DETACH = 2;
    private static final int AT_FDCWD = -100;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int OPEN_TREE_CLOEXEC = 02000000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int MOVE_FROM_ITSELF = 4;
    private static final String LAYER = "layer";
    /** A directory that every host has, in whose place the new root is while it is no root yet. */
    private static final String PLACE = "/proc";

    private static final long LONGEST_END_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Fd target;
    private final boolean isInUse;
    private final Work<T> work;
    private final Runnable ended;
    private final Thread thread;
    // Written by the room's thread; read after it has ended.
    private @Nullable T result;
    private @Nullable Throwable failure;
    private long threadId;

    /**
     * What stands between the work and the host.
     *
     * @param mounts whether nothing but the directory is there
     * @param network whether there is no network
     * @param landlock whether Landlock allows files beneath the directory only
     */
    public record Walls(boolean mounts, boolean network, boolean landlock) {}

    /** What is done in the room. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Inside inside) throws IOException, InterruptedException;
    }

    /** What the work is given: the directory and the walls. */
    public static final class Inside {
        private final Fd layer;
        private final Walls walls;

        private Inside(Fd layer, Walls walls) {
            this.layer = layer;
            this.walls = walls;
        }

        /** The directory, open for reading; the room closes it. */
        public Fd layer() {
            return layer;
        }

        public Walls walls() {
            return walls;
        }
    }

    private Room(String name, Fd target, boolean isInUse, Work<T> work, Runnable ended) {
        this.target = target;
        this.isInUse = isInUse;
        this.work = work;
        this.ended = ended;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::live);
    }

    /**
     * Begins work in a room of its own; {@link #await} must follow.
     *
     * @param name of the thread
     * @param target a directory; stays the caller's, who keeps it open
     * @param ended called by the thread when it does nothing more, also when a wall has failed and the work was never begun
     */
    public static <T> Room<T> start(String name, Fd target, Work<T> work, Runnable ended) {
        return start(new Room<>(name, target, false, work, ended));
    }

    /**
     * The same in a tree that others use meanwhile, such as a container's root directory: it is the thread's root directory as it is,
     * with what is mounted in it, and in no mount table of the thread's.
     *
     * @param root the superuser's room has it as its root directory; stays the caller's, who keeps it open
     */
    public static <T> Room<T> startIn(String name, Fd root, Work<T> work, Runnable ended) {
        return start(new Room<>(name, root, true, work, ended));
    }

    private static <T> Room<T> start(Room<T> room) {
        load(Room.class);
        load(Errno.class);
        load(room.work.getClass());
        room.thread.start();
        return room;
    }

    /** Loads the classes of a package that work in a room needs. */
    public static void load(Class<?> type) {
        ClassesAhead.load(type);
    }

    /** {@link #start} and {@link #await}. */
    public static <T> T run(String name, Fd target, Work<T> work) throws IOException {
        return start(name, target, work, () -> {}).await();
    }

    /**
     * Waits for the work's end, until its thread has left the kernel, and with it its namespaces. When the caller is interrupted,
     * the work is, and its end is waited for all the same.
     *
     * @throws IOException what the work throws; what a wall failed with; InterruptedIOException when the work was interrupted
     */
    public T await() throws IOException {
        boolean isInterrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
                thread.interrupt();
            }
        }
        awaitEnd();
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return outcome();
    }

    private T outcome() throws IOException {
        switch (failure) {
            case null -> {
                if (result == null) {
                    throw new IllegalStateException("the room's work has no result");
                }
                return result;
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case InterruptedException e -> {
                InterruptedIOException told = new InterruptedIOException(thread.getName() + " was interrupted");
                told.initCause(e);
                throw told;
            }
            default -> throw new IllegalStateException(failure);
        }
    }

    /** The JVM lets go of a thread a little before the kernel does. */
    private void awaitEnd() {
        if (threadId == 0) {
            return;
        }
        long until = System.nanoTime() + LONGEST_END_NANOS;
        try (Frame frame = new Frame()) {
            long process = frame.call(GETPID);
            while (frame.call(TGKILL, process, threadId, 0) == 0 && System.nanoTime() - until < 0) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private void live() {
        try (Frame frame = new Frame()) {
            threadId = frame.call(GETTID);
            ErrnoException.check(frame.call(UNSHARE, CLONE_FS), "unshare", "a directory of its own");
            frame.call(UMASK, 0);
            boolean isRoot = frame.call(GETEUID) == 0;
            try (Fd layer = isRoot ? entered(frame) : target.duplicate()) {
                boolean hasLandlock = Landlock.allowOnly(frame, layer);
                result = work.run(new Inside(layer, new Walls(isRoot, isRoot, hasLandlock)));
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            ended.run();
        }
    }

    private Fd entered(Frame frame) throws IOException {
        if (!isInUse) {
            return enter(frame);
        }
        try (Fd root = DetachedMount.emptyRoot(LAYER)) {
            leaveNamespaces(frame);
            attach(frame, root);
            leave(frame, root);
        }
        // A directory of a mount that is in no namespace of this thread's: there is no way up from it.
        check(frame.call(FCHDIR, target.number()), "fchdir");
        check(frame.call(CHROOT, frame.string(".").address()), "chroot");
        return Open.absolute("/", Open.How.directory());
    }

    private void leaveNamespaces(Frame frame) throws IOException {
        check(frame.call(UNSHARE, CLONE_NEWNS | CLONE_NEWNET), "unshare(CLONE_NEWNS | CLONE_NEWNET)");
        long slash = frame.string("/").address();
        check(frame.call(MOUNT, 0, slash, 0, MS_REC | MS_PRIVATE, 0), "mount(MS_PRIVATE)");
    }

    private void attach(Frame frame, Fd root) throws IOException {
        check(move(frame, root, AT_FDCWD, frame.string(PLACE).address()), "move_mount");
    }

    /** pivot_root(2), "pivot_root(".", ".")": the old root is on top of the new one until it is unmounted. */
    private void leave(Frame frame, Fd root) throws IOException {
        check(frame.call(FCHDIR, root.number()), "fchdir");
        long here = frame.string(".").address();
        check(frame.call(PIVOT_ROOT, here, here), "pivot_root");
        check(frame.call(UMOUNT2, here, MNT_DETACH), "umount2");
        check(frame.call(CHDIR, frame.string("/").address()), "chdir");
    }

    /** Leaves the host's mounts and network. The target's mount is copied before: it is none of the new namespace's. */
    private Fd enter(Frame frame) throws IOException {
        long empty = frame.string("").address();
        long copy = frame.call(OPEN_TREE, target.number(), empty, AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        try (Fd tree = Fd.own(check(copy, "open_tree"), target.label())) {
            leaveNamespaces(frame);
            try (Fd root = DetachedMount.emptyRoot(LAYER)) {
                attach(frame, root);
                check(move(frame, tree, root.number(), frame.string(LAYER).address()), "move_mount");
                leave(frame, root);
            }
        }
        return Open.absolute("/" + LAYER, Open.How.directory());
    }

    private static long move(Frame frame, Fd mount, int directory, long path) throws IOException {
        return frame.call(MOVE_MOUNT, mount.number(), frame.string("").address(), directory, path, MOVE_FROM_ITSELF);
    }

    private long check(long result, String call) throws ErrnoException {
        if (result == -Errno.EPERM.number()) {
            throw new ErrnoException(
                    call,
                    "to unpack " + target.label()
                            + " apart from the host, which takes the right to mount (CAP_SYS_ADMIN)",
                    Errno.EPERM.number());
        }
        return ErrnoException.check(result, call, "to unpack " + target.label() + " apart from the host");
    }
}

package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * inotify(7): the kernel tells what was done in a directory. It does so before the call that has done it returns, so that whoever reads
 * what has been told knows of everything that was over then. Not for several threads at a time.
 */
public final class Inotify implements AutoCloseable {
    private static final int INIT = Frame.number("inotify_init1");
    private static final int ADD_WATCH = Frame.number("inotify_add_watch");
    private static final int REMOVE_WATCH = Frame.number("inotify_rm_watch");
    private static final int READ = Frame.number("read");
    private static final int CLOEXEC = 02000000;
    private static final int NONBLOCK = 04000;

    private static final int WRITTEN = 0x2;
    private static final int ATTRIBUTES = 0x4;
    private static final int CLOSED_AFTER_WRITING = 0x8;
    private static final int MOVED_FROM = 0x40;
    private static final int MOVED_TO = 0x80;
    private static final int CREATED = 0x100;
    private static final int DELETED = 0x200;
    private static final int SELF_DELETED = 0x400;
    private static final int SELF_MOVED = 0x800;
    private static final int OVERFLOW = 0x4000;
    private static final int IGNORED = 0x8000;
    private static final int DIRECTORIES_ONLY = 0x1000000;
    private static final int NO_FOLLOW = 0x2000000;

    private static final int NAMES = MOVED_FROM | MOVED_TO | CREATED | DELETED | SELF_DELETED | SELF_MOVED;
    private static final int CONTENTS = NAMES | ATTRIBUTES | CLOSED_AFTER_WRITING;

    /** struct inotify_event: wd, mask, cookie, len, and a name of len bytes. */
    private static final int HEADER = 16;

    private static final int BUFFER = 16 << 10;

    private final Fd fd;

    private Inotify(Fd fd) {
        this.fd = fd;
    }

    /** What has happened. */
    public sealed interface Event {
        /** Something was done to the directory, or to the file of that name in it (empty: to itself); it may be one that is gone. */
        record Changed(int watch, String name) implements Event {}

        /** A name has come into the directory. */
        record Came(int watch, String name) implements Event {}

        /** A name has gone. */
        record Went(int watch, String name) implements Event {}

        /** Nothing is told of the directory any more: it is gone, or was forgotten. The number may be given again. */
        record Over(int watch) implements Event {}

        /** More has happened than the kernel keeps: what, nobody knows. */
        record Lost() implements Event {}
    }

    /** @throws ErrnoException EMFILE when there are as many of the user's as there may be */
    public static Inotify open() throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(INIT, CLOEXEC | NONBLOCK);
            return new Inotify(Fd.own(ErrnoException.check(r, "inotify_init1", "inotify"), "inotify"));
        }
    }

    /** Which names come and go in a directory. The same directory has the same number. */
    public int watchNames(String directory) throws IOException {
        return watch(directory, NAMES | DIRECTORIES_ONLY);
    }

    /** The same, and which files are written to and closed, and whose times or owners are changed. */
    public int watchContents(String directory) throws IOException {
        return watch(directory, CONTENTS | DIRECTORIES_ONLY);
    }

    /**
     * Whether somebody writes to a file; also to one of a kernel's file system, of which it tells nothing when the kernel alone changes
     * what it says. The same file has the same number.
     */
    public int watchWrites(String file) throws IOException {
        return watch(file, WRITTEN);
    }

    private int watch(String path, int mask) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(ADD_WATCH, fd.number(), frame.string(path).address(), mask | NO_FOLLOW);
            return (int) ErrnoException.check(r, "inotify_add_watch", path);
        }
    }

    /** Does nothing when it is over already. */
    public void forget(int watch) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(REMOVE_WATCH, fd.number(), watch);
            if (r != -Errno.EINVAL.number()) {
                ErrnoException.check(r, "inotify_rm_watch", fd.label());
            }
        }
    }

    /** What has happened since the last time; does not wait. */
    public List<Event> happened() throws IOException {
        List<Event> events = new ArrayList<>();
        try (Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(BUFFER);
            while (true) {
                long n = frame.call(READ, fd.number(), buffer.address(), BUFFER);
                if (n == -Errno.EAGAIN.number()) {
                    return events;
                }
                if (n != -Errno.EINTR.number()) {
                    ErrnoException.check(n, "read", fd.label());
                }
                for (long at = 0; at < n; ) {
                    int length = buffer.get(ValueLayout.JAVA_INT, at + 12);
                    events.add(event(buffer, at, length));
                    at += HEADER + length;
                }
            }
        }
    }

    private static Event event(MemorySegment buffer, long at, int length) {
        int watch = buffer.get(ValueLayout.JAVA_INT, at);
        int mask = buffer.get(ValueLayout.JAVA_INT, at + 4);
        String name = length == 0 ? "" : buffer.getString(at + HEADER, StandardCharsets.UTF_8);
        if ((mask & OVERFLOW) != 0) {
            return new Event.Lost();
        }
        if ((mask & IGNORED) != 0) {
            return new Event.Over(watch);
        }
        if ((mask & (CREATED | MOVED_TO)) != 0) {
            return new Event.Came(watch, name);
        }
        if ((mask & (DELETED | MOVED_FROM)) != 0) {
            return new Event.Went(watch, name);
        }
        return new Event.Changed(watch, name);
    }

    @Override
    public void close() {
        fd.close();
    }
}

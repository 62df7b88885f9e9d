package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * fsopen(2), fsconfig(2), fsmount(2): a mount that is in nobody's mount table. It lives as long as a descriptor of it, or
 * the mount namespace that it is moved into; so a crash leaves none behind.
 */
public final class DetachedMount {
    private static final int FSOPEN = Frame.number("fsopen");
    private static final int FSCONFIG = Frame.number("fsconfig");
    private static final int FSMOUNT = Frame.number("fsmount");
    private static final int READ = Frame.number("read");
    private static final int OPEN_TREE = Frame.number("open_tree");
    private static final int COPY = 1;
    private static final int OPEN_CLOEXEC = 02000000;
    private static final int EMPTY_PATH = 0x1000;
    private static final int CLOEXEC = 1;
    private static final int SET_FLAG = 0;
    private static final int SET_STRING = 1;
    private static final int CREATE = 6;
    private static final int RECONFIGURE = 7;
    private static final int NOSUID = 2;
    private static final int NODEV = 4;
    private static final int MESSAGE = 1024;
    /** MOUNT_ATTR_*: mount(2), linux/mount.h. */
    private static final Map<String, Long> ATTRIBUTES = Map.of(
            "ro",
            1L,
            "nosuid",
            2L,
            "nodev",
            4L,
            "noexec",
            8L,
            "noatime",
            0x10L,
            "strictatime",
            0x20L,
            "nodiratime",
            0x80L);
    /** What is so without being said. */
    private static final Set<String> DEFAULTS =
            Set.of("", "defaults", "rw", "suid", "dev", "exec", "async", "relatime");

    private DetachedMount() {}

    /**
     * An overlay (Documentation/filesystems/overlayfs.rst). All paths are absolute and the caller's own.
     *
     * @param lowers the uppermost first; never written
     * @param upper where changes go
     * @param work empty, on the file system of {@code upper}
     * @param unsynced whether changes may be lost by a crash of the machine ("volatile"): unmounting is then free
     * @throws ErrnoException with the kernel's own words about what is wrong, where it has any
     */
    public static Fd overlay(List<String> lowers, String upper, String work, boolean unsynced) throws IOException {
        try {
            return overlay(true, lowers, upper, work, unsynced);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EINVAL)) {
                throw e;
            }
            return overlay(false, lowers, upper, work, unsynced);
        }
    }

    /**
     * @param each whether lower directories are said one by one, as the kernel takes them since Linux 6.7. Before, they are one
     *     string with its own quoting; up to 6.4 the kernel looks at no word before it makes the mount
     */
    private static Fd overlay(boolean each, List<String> lowers, String upper, String work, boolean unsynced)
            throws IOException {
        try (Frame frame = new Frame();
                Fd context = open(frame, "overlay")) {
            set(frame, context, "source", "overlay");
            if (each) {
                for (String lower : lowers) {
                    set(frame, context, "lowerdir+", lower);
                }
            } else {
                set(frame, context, "lowerdir", quoted(lowers));
            }
            set(frame, context, "upperdir", upper);
            set(frame, context, "workdir", work);
            if (unsynced) {
                long flag = frame.string("volatile").address();
                check(frame, context, frame.call(FSCONFIG, context.number(), SET_FLAG, flag, 0, 0), "volatile");
            }
            check(frame, context, frame.call(FSCONFIG, context.number(), CREATE, 0, 0, 0), "on " + upper);
            long mount = frame.call(FSMOUNT, context.number(), CLOEXEC, 0);
            check(frame, context, mount, "on " + upper);
            return Fd.own(mount, "overlay of " + lowers.getFirst());
        }
    }

    /**
     * Any file system, as mount(8) has its options: what is of mounts is a mount's, the rest the file system's.
     *
     * @param source what it is on: a device, or what such a file system takes for one
     * @param options {@code ro}, {@code size=1m}
     * @throws ErrnoException ENODEV for a type that this kernel does not have; with the file system's own words, where it has any
     */
    public static Fd of(String type, String source, List<String> options) throws IOException {
        try (Frame frame = new Frame();
                Fd context = open(frame, type)) {
            set(frame, context, "source", source);
            long attributes = 0;
            for (String option : options) {
                int equals = option.indexOf('=');
                Long attribute = ATTRIBUTES.get(option);
                if (attribute != null) {
                    attributes |= attribute;
                } else if (equals > 0) {
                    set(frame, context, option.substring(0, equals), option.substring(equals + 1));
                }
                if (attribute == null && equals < 0 && !DEFAULTS.contains(option) || option.equals("ro")) {
                    long flag = frame.string(option).address();
                    check(frame, context, frame.call(FSCONFIG, context.number(), SET_FLAG, flag, 0, 0), option);
                }
            }
            check(frame, context, frame.call(FSCONFIG, context.number(), CREATE, 0, 0, 0), source);
            long mount = frame.call(FSMOUNT, context.number(), CLOEXEC, attributes);
            check(frame, context, mount, source);
            return Fd.own(mount, type + " of " + source);
        }
    }

    /**
     * The same file system once more, in nobody's mount table either; what becomes of the one does not concern the other.
     *
     * @throws ErrnoException EINVAL before Linux 6.15, which copies none that is in nobody's table
     */
    public static Fd copy(Fd mount) throws IOException {
        try (Frame frame = new Frame()) {
            long empty = frame.string("").address();
            long copy = frame.call(OPEN_TREE, mount.number(), empty, COPY | OPEN_CLOEXEC | EMPTY_PATH);
            return Fd.own(ErrnoException.check(copy, "open_tree", mount.label()), mount.label());
        }
    }

    /**
     * A program in a read-only tmpfs of its own, for who executes it where nobody is trusted: neither its bytes nor its mode
     * or owner can be changed. A sealed memfd's mode and owner can, by root in any container that gets hold of it.
     *
     * @return open for reading
     * @throws ErrnoException EPERM without CAP_SYS_ADMIN
     */
    public static Fd executable(String name, byte[] bytes) throws IOException {
        try (Frame frame = new Frame();
                Fd context = open(frame, "tmpfs");
                Fd mount = tmpfs(frame, context, name)) {
            try (Fd written = Open.at(mount, name, new Open.How(Open.WRITE | Open.CREATE | Open.EXCLUSIVE, 0500, 0))) {
                FileBytes.writeAtStart(written, bytes);
            }
            Fd file = Open.at(mount, name, Open.How.reading());
            boolean fixed = false;
            try {
                makeReadOnly(frame, context);
                fixed = true;
                return file;
            } finally {
                if (!fixed) {
                    file.close();
                }
            }
        }
    }

    /**
     * A read-only tmpfs with nothing in it but one directory, to mount something on.
     *
     * @throws ErrnoException EPERM without CAP_SYS_ADMIN
     */
    static Fd emptyRoot(String directory) throws IOException {
        try (Frame frame = new Frame();
                Fd context = open(frame, "tmpfs")) {
            Fd mount = tmpfs(frame, context, "an empty root");
            boolean fixed = false;
            try {
                Directory.make(mount, directory, 0700);
                makeReadOnly(frame, context);
                fixed = true;
                return mount;
            } finally {
                if (!fixed) {
                    mount.close();
                }
            }
        }
    }

    private static Fd tmpfs(Frame frame, Fd context, String name) throws IOException {
        check(frame, context, frame.call(FSCONFIG, context.number(), CREATE, 0, 0, 0), name);
        long number = frame.call(FSMOUNT, context.number(), CLOEXEC, NOSUID | NODEV);
        check(frame, context, number, name);
        return Fd.own(number, name);
    }

    private static void makeReadOnly(Frame frame, Fd context) throws IOException {
        long flag = frame.string("ro").address();
        check(frame, context, frame.call(FSCONFIG, context.number(), SET_FLAG, flag, 0, 0), "ro");
        check(frame, context, frame.call(FSCONFIG, context.number(), RECONFIGURE, 0, 0, 0), "ro");
    }

    private static Fd open(Frame frame, String type) throws IOException {
        long context = frame.call(FSOPEN, frame.string(type).address(), CLOEXEC);
        return Fd.own(ErrnoException.check(context, "fsopen", type), type);
    }

    private static String quoted(List<String> lowers) {
        List<String> quoted = new ArrayList<>();
        lowers.forEach(each -> quoted.add(each.replace("\\", "\\\\").replace(":", "\\:")));
        return String.join(":", quoted);
    }

    private static long config(Frame frame, Fd context, String key, String value) throws IOException {
        return frame.call(
                FSCONFIG,
                context.number(),
                SET_STRING,
                frame.string(key).address(),
                frame.string(value).address(),
                0);
    }

    private static void set(Frame frame, Fd context, String key, String value) throws IOException {
        check(frame, context, config(frame, context, key, value), key + " " + value);
    }

    /** The context can be read: a message of the file system, "e overlay: ..." for an error. */
    private static void check(Frame frame, Fd context, long result, String what) throws IOException {
        if (result >= 0) {
            return;
        }
        var buffer = frame.space(MESSAGE);
        long n = frame.call(READ, context.number(), buffer.address(), MESSAGE - 1);
        String said = n > 2 ? " (" + buffer.getString(0).substring(2).strip() + ")" : "";
        throw new ErrnoException("mount " + context.label(), what + said, (int) -result);
    }
}

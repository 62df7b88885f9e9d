package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * open_tree(2) and mount_setattr(2): a second mount of a directory, in nobody's mount table, on which ids are others than on the
 * disk (mount_setattr(2), "ID-mapped mounts").
 */
public final class IdMappedMount {
    private static final int OPEN_TREE = Frame.number("open_tree");
    private static final int MOUNT_SETATTR = Frame.number("mount_setattr");
    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int CLONE = 1;
    private static final int CLOEXEC = 02000000;
    private static final long IDMAP = 0x00100000;
    private static final int ATTRIBUTES = 32;
    private static final int PROPAGATION_AT = 16;
    private static final int USER_NAMESPACE_AT = 24;
    private static final long PRIVATE = 0x40000;

    private IdMappedMount() {}

    /**
     * The directory alone, without what is mounted in it. It is nobody's peer: a copy of a shared mount is otherwise one of the same
     * group, and what is mounted on it, in whatever namespace, is mounted on the host's directory as well (mount_namespaces(7)).
     *
     * @param directory absolute, and the caller's own
     * @throws ErrnoException EPERM without CAP_SYS_ADMIN
     */
    public static Fd copy(String directory) throws IOException {
        try (Frame frame = new Frame()) {
            long copy = frame.call(OPEN_TREE, AT_FDCWD, frame.string(directory).address(), CLONE | CLOEXEC);
            Fd made = Fd.own(ErrnoException.check(copy, "open_tree", directory), directory);
            boolean apart = false;
            try {
                change(made, PRIVATE, 0, 0, "make the copy private: " + directory);
                apart = true;
                return made;
            } finally {
                if (!apart) {
                    made.close();
                }
            }
        }
    }

    private static void change(Fd mount, long propagation, long set, long userNamespace, String what)
            throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment attributes = frame.space(ATTRIBUTES);
            attributes.set(ValueLayout.JAVA_LONG, 0, set);
            attributes.set(ValueLayout.JAVA_LONG, PROPAGATION_AT, propagation);
            attributes.set(ValueLayout.JAVA_LONG, USER_NAMESPACE_AT, userNamespace);
            long empty = frame.string("").address();
            long result =
                    frame.call(MOUNT_SETATTR, mount.number(), empty, AT_EMPTY_PATH, attributes.address(), ATTRIBUTES);
            ErrnoException.check(result, "mount_setattr", what);
        }
    }

    /**
     * {@link #copy}, with what belongs to user 0 on the disk belonging to the user namespace's root.
     *
     * @param userNamespace borrowed; the mount keeps it alive
     * @throws ErrnoException EINVAL for a file system that cannot, EPERM without CAP_SYS_ADMIN
     */
    public static Fd of(String directory, Fd userNamespace) throws IOException {
        Fd copy = copy(directory);
        boolean mapped = false;
        try {
            change(copy, 0, IDMAP, userNamespace.number(), "map the ids of " + directory);
            mapped = true;
            return copy;
        } finally {
            if (!mapped) {
                copy.close();
            }
        }
    }
}

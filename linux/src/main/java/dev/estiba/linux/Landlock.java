package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * landlock_create_ruleset(2), landlock_add_rule(2), landlock_restrict_self(2): takes rights from a thread, and from what it starts,
 * for good. It does not hold off chmod(2), chown(2), utimensat(2) and setxattr(2), nor what is open already.
 */
final class Landlock {
    private static final int CREATE_RULESET = Frame.number("landlock_create_ruleset");
    private static final int ADD_RULE = Frame.number("landlock_add_rule");
    private static final int RESTRICT_SELF = Frame.number("landlock_restrict_self");
    private static final int PRCTL = Frame.number("prctl");
    private static final int ASK_VERSION = 1;
    private static final int PATH_BENEATH = 1;
    private static final int NO_NEW_PRIVS = 38;

    /** Version 1 refuses every link from one directory to another, which layers have. */
    private static final int FIRST_USEFUL = 2;

    /** LANDLOCK_ACCESS_FS_*: all of the first two versions, and what later ones have added. */
    private static final long FILES = (1L << 14) - 1;

    private static final long TRUNCATE = 1L << 14;
    private static final long DEVICE_IOCTL = 1L << 15;
    private static final long EXECUTE = 1;
    /** LANDLOCK_ACCESS_NET_BIND_TCP and _CONNECT_TCP, LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET. */
    private static final long NETWORK = 3;

    private static final long ABSTRACT_SOCKETS = 1;

    private Landlock() {}

    /**
     * Leaves this thread the files beneath a directory, to read and to write but not to execute, and no others.
     *
     * @return whether it has; nothing has changed where this kernel has no Landlock, or none of use
     */
    static boolean allowOnly(Frame frame, Fd directory) throws IOException {
        long version = frame.call(CREATE_RULESET, 0, 0, ASK_VERSION);
        if (version < FIRST_USEFUL) {
            return false;
        }
        long files = FILES | (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? DEVICE_IOCTL : 0);
        MemorySegment attributes = frame.space(24);
        attributes.set(ValueLayout.JAVA_LONG, 0, files);
        attributes.set(ValueLayout.JAVA_LONG, 8, NETWORK);
        attributes.set(ValueLayout.JAVA_LONG, 16, ABSTRACT_SOCKETS);
        long size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
        long number = frame.call(CREATE_RULESET, attributes.address(), size, 0);
        try (Fd ruleset = Fd.own(ErrnoException.check(number, "landlock_create_ruleset", "rights"), "rights")) {
            // A packed structure of twelve bytes.
            MemorySegment beneath = frame.space(16);
            beneath.set(ValueLayout.JAVA_LONG, 0, files & ~EXECUTE & ~DEVICE_IOCTL);
            beneath.set(ValueLayout.JAVA_INT, 8, directory.number());
            long r = frame.call(ADD_RULE, ruleset.number(), PATH_BENEATH, beneath.address(), 0);
            ErrnoException.check(r, "landlock_add_rule", directory.label());
            r = frame.call(PRCTL, NO_NEW_PRIVS, 1, 0, 0, 0);
            ErrnoException.check(r, "prctl(PR_SET_NO_NEW_PRIVS)", directory.label());
            r = frame.call(RESTRICT_SELF, ruleset.number(), 0);
            ErrnoException.check(r, "landlock_restrict_self", directory.label());
            return true;
        }
    }
}

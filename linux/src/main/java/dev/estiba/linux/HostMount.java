package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * move_mount(2), umount2(2), statx(2): file systems that are mounted where all of the host sees them, because several that come and go
 * share them.
 */
public final class HostMount {
    private static final int MOVE_MOUNT = Frame.number("move_mount");
    private static final int UMOUNT = Frame.number("umount2");
    private static final int STATX = Frame.number("statx");
    private static final int FROM_ITSELF = 4;
    private static final int TO_ITSELF = 0x40;
    private static final int DETACH = 2;
    private static final int NO_FOLLOW = 8;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_SIZE = 256;
    /** stx_attributes, and the bit of a mount's root (since Linux 5.8). */
    private static final int ATTRIBUTES_AT = 8;

    private static final long MOUNT_ROOT = 0x2000;

    private HostMount() {}

    /**
     * Mounts what is in nobody's mount table yet.
     *
     * @param mount detached; stays the caller's
     * @param place a directory, without a link at its end
     * @throws ErrnoException EPERM without CAP_SYS_ADMIN
     */
    public static void attach(Fd mount, Fd place) throws IOException {
        try (Frame frame = new Frame()) {
            long empty = frame.string("").address();
            long r = frame.call(MOVE_MOUNT, mount.number(), empty, place.number(), empty, FROM_ITSELF | TO_ITSELF);
            ErrnoException.check(r, "move_mount", mount.label() + " to " + place.label());
        }
    }

    /**
     * Takes the uppermost mount away; whoever has a file open in it keeps that.
     *
     * @param place absolute, and the caller's own
     */
    public static void detach(String place) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(UMOUNT, frame.string(place).address(), DETACH | NO_FOLLOW);
            ErrnoException.check(r, "umount2", place);
        }
    }

    /** Whether something is mounted right there. */
    public static boolean isRoot(Fd directory) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment statx = frame.space(STATX_SIZE);
            long r = frame.call(
                    STATX, directory.number(), frame.string("").address(), AT_EMPTY_PATH, 0, statx.address());
            ErrnoException.check(r, "statx", directory.label());
            return (statx.get(ValueLayout.JAVA_LONG, ATTRIBUTES_AT) & MOUNT_ROOT) != 0;
        }
    }
}

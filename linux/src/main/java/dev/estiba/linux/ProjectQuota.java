package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.OptionalLong;

/**
 * Quotas of projects: quotactl_fd(2), and FS_IOC_FSSETXATTR of ioctl_fs(2), which says what project a directory is of. A project is a
 * number that files have beside their owners; the file system counts what all files of it take, and ext4 and xfs can limit that.
 */
public final class ProjectQuota {
    private static final int IOCTL = Frame.number("ioctl");
    private static final int QUOTACTL_FD = Frame.number("quotactl_fd");
    private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
    /** struct fsxattr: its flags, and the project at 12. */
    private static final int FSXATTR = 28;

    private static final int PROJECT_AT = 12;
    /** What is made in there is of the same project. */
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    private static final int PRJQUOTA = 2;
    private static final int Q_GETQUOTA = 0x800007;
    private static final int Q_SETQUOTA = 0x800008;
    private static final int Q_XGETQSTAT = 'X' << 8 | 5;
    /** struct fs_quota_stat: its flags are two bytes at 2. */
    private static final int QUOTA_STAT = 128;

    private static final int FS_QUOTA_PDQ_ENFD = 1 << 5;
    /** struct if_dqblk: the hard limit in KiB, the soft one, bytes; which of them are meant at 64. */
    private static final int DQBLK = 72;

    private static final int VALID_AT = 64;
    private static final int QIF_BLIMITS = 1;
    private static final int KIB = 1024;
    /** Without quotas at all, without those of projects, switched off; by file systems that know neither. */
    private static final List<Errno> ABSENT =
            List.of(Errno.ENOSYS, Errno.ESRCH, Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.EINVAL, Errno.ENODEV);

    private ProjectQuota() {}

    /**
     * What a project has and may have.
     *
     * @param limit bytes; 0: as much as there is
     * @param used bytes
     */
    public record Usage(long limit, long used) {}

    private static int command(int command) {
        return command << 8 | PRJQUOTA;
    }

    /** Whether the file system limits projects: ext4 and xfs that are mounted with {@code prjquota}. */
    public static boolean isEnforced(Fd directory) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment state = frame.space(QUOTA_STAT);
            long result = frame.call(QUOTACTL_FD, directory.number(), command(Q_XGETQSTAT), 0, state.address());
            if (isAbsence(result)) {
                return false;
            }
            ErrnoException.check(result, "quotactl", directory.label());
            return (state.get(ValueLayout.JAVA_SHORT, 2) & FS_QUOTA_PDQ_ENFD) != 0;
        }
    }

    /** The project that a directory is of, 0 when it is of none; empty when the file system knows of no projects. */
    public static OptionalLong project(Fd directory) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment attributes = frame.space(FSXATTR);
            long result = frame.call(IOCTL, directory.number(), FS_IOC_FSGETXATTR, attributes.address());
            if (isAbsence(result)) {
                return OptionalLong.empty();
            }
            ErrnoException.check(result, "FS_IOC_FSGETXATTR", directory.label());
            return OptionalLong.of(Integer.toUnsignedLong(attributes.get(ValueLayout.JAVA_INT, PROJECT_AT)));
        }
    }

    private static boolean isAbsence(long result) {
        return result < 0 && ABSENT.stream().anyMatch(errno -> errno.number() == -result);
    }

    /** Makes a directory one of a project, and with it all that will be made in it; what is in it stays as it is. */
    public static void assign(Fd directory, long project) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment attributes = frame.space(FSXATTR);
            ErrnoException.check(
                    frame.call(IOCTL, directory.number(), FS_IOC_FSGETXATTR, attributes.address()),
                    "FS_IOC_FSGETXATTR",
                    directory.label());
            int flags = attributes.get(ValueLayout.JAVA_INT, 0);
            attributes.set(ValueLayout.JAVA_INT, 0, flags | FS_XFLAG_PROJINHERIT);
            attributes.set(ValueLayout.JAVA_INT, PROJECT_AT, (int) project);
            ErrnoException.check(
                    frame.call(IOCTL, directory.number(), FS_IOC_FSSETXATTR, attributes.address()),
                    "FS_IOC_FSSETXATTR",
                    directory.label());
        }
    }

    /**
     * Limits what a project may take of the file system that a directory is on.
     *
     * @param bytes rounded up to KiB; 0: no limit
     */
    public static void limit(Fd directory, long project, long bytes) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment quota = frame.space(DQBLK);
            long blocks = bytes / KIB + (bytes % KIB == 0 ? 0 : 1);
            quota.set(ValueLayout.JAVA_LONG, 0, blocks);
            quota.set(ValueLayout.JAVA_LONG, Long.BYTES, blocks);
            quota.set(ValueLayout.JAVA_INT, VALID_AT, QIF_BLIMITS);
            ErrnoException.check(
                    frame.call(QUOTACTL_FD, directory.number(), command(Q_SETQUOTA), project, quota.address()),
                    "quotactl",
                    directory.label());
        }
    }

    /** What a project has; nothing when nobody has ever used its number. */
    public static Usage usage(Fd directory, long project) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment quota = frame.space(DQBLK);
            long result = frame.call(QUOTACTL_FD, directory.number(), command(Q_GETQUOTA), project, quota.address());
            if (result == -Errno.ENOENT.number()) {
                return new Usage(0, 0);
            }
            ErrnoException.check(result, "quotactl", directory.label());
            return new Usage(
                    quota.get(ValueLayout.JAVA_LONG, 0) * KIB, quota.get(ValueLayout.JAVA_LONG, 2L * Long.BYTES));
        }
    }
}

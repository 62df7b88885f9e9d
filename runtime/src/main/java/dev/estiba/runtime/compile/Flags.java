package dev.estiba.runtime.compile;

/** Constants of the kernel's headers that x86-64 and arm64 share; those that differ are in {@link Machine}. */
public final class Flags {
    public static final long AT_FDCWD = -100;
    public static final long AT_EMPTY_PATH = 0x1000;
    public static final long AT_RECURSIVE = 0x8000;
    public static final long AT_SYMLINK_NOFOLLOW = 0x100;
    public static final long AT_REMOVEDIR = 0x200;
    public static final long AT_EACCESS = 0x200;

    public static final long O_RDONLY = 0;
    public static final long O_WRONLY = 1;
    public static final long O_RDWR = 2;
    public static final long O_CREAT = 0100;
    public static final long O_EXCL = 0200;
    public static final long O_NOCTTY = 0400;
    public static final long O_TRUNC = 01000;
    public static final long O_NONBLOCK = 04000;
    public static final long O_CLOEXEC = 02000000;
    public static final long O_PATH = 010000000;

    public static final long CLONE_NEWTIME = 0x80;
    public static final long CLONE_NEWNS = 0x20000;
    public static final long CLONE_NEWCGROUP = 0x02000000;
    public static final long CLONE_NEWUTS = 0x04000000;
    public static final long CLONE_NEWIPC = 0x08000000;
    public static final long CLONE_NEWUSER = 0x10000000;
    public static final long CLONE_NEWPID = 0x20000000;
    public static final long CLONE_NEWNET = 0x40000000;

    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;
    public static final long MS_NOEXEC = 8;
    public static final long MS_SYNCHRONOUS = 16;
    public static final long MS_REMOUNT = 32;
    public static final long MS_MANDLOCK = 64;
    public static final long MS_DIRSYNC = 128;
    public static final long MS_NOSYMFOLLOW = 256;
    public static final long MS_NOATIME = 1024;
    public static final long MS_NODIRATIME = 2048;
    public static final long MS_BIND = 4096;
    public static final long MS_MOVE = 8192;
    public static final long MS_REC = 16384;
    public static final long MS_SILENT = 32768;
    public static final long MS_UNBINDABLE = 1 << 17;
    public static final long MS_PRIVATE = 1 << 18;
    public static final long MS_SLAVE = 1 << 19;
    public static final long MS_SHARED = 1 << 20;
    public static final long MS_RELATIME = 1 << 21;
    public static final long MS_I_VERSION = 1 << 23;
    public static final long MS_STRICTATIME = 1 << 24;
    public static final long MS_LAZYTIME = 1 << 25;

    public static final long MNT_DETACH = 2;

    public static final long OPEN_TREE_CLONE = 1;
    public static final long OPEN_TREE_CLOEXEC = O_CLOEXEC;
    public static final long MOVE_MOUNT_F_EMPTY_PATH = 0x4;
    public static final long MOVE_MOUNT_T_SYMLINKS = 0x10;
    public static final long MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    public static final long FSOPEN_CLOEXEC = 1;
    public static final long FSMOUNT_CLOEXEC = 1;
    public static final long FSCONFIG_SET_FLAG = 0;
    public static final long FSCONFIG_SET_STRING = 1;
    public static final long FSCONFIG_CMD_CREATE = 6;

    public static final long MOUNT_ATTR_RDONLY = 0x1;
    public static final long MOUNT_ATTR_NOSUID = 0x2;
    public static final long MOUNT_ATTR_NODEV = 0x4;
    public static final long MOUNT_ATTR_NOEXEC = 0x8;
    public static final long MOUNT_ATTR__ATIME = 0x70;
    public static final long MOUNT_ATTR_NOATIME = 0x10;
    public static final long MOUNT_ATTR_STRICTATIME = 0x20;
    public static final long MOUNT_ATTR_NODIRATIME = 0x80;
    public static final long MOUNT_ATTR_IDMAP = 0x100000;
    public static final long MOUNT_ATTR_NOSYMFOLLOW = 0x200000;
    public static final long MOUNT_ATTR_SIZE = 32;

    public static final long RESOLVE_NO_XDEV = 1;
    public static final long RESOLVE_NO_MAGICLINKS = 2;
    public static final long RESOLVE_NO_SYMLINKS = 4;
    public static final long RESOLVE_BENEATH = 8;
    public static final long RESOLVE_IN_ROOT = 16;
    public static final long OPEN_HOW_SIZE = 24;

    public static final long PROC_SUPER_MAGIC = 0x9fa0;
    public static final long CGROUP_SUPER_MAGIC = 0x27e0eb;
    public static final long CGROUP2_SUPER_MAGIC = 0x63677270;
    public static final long TMPFS_MAGIC = 0x01021994;

    public static final long PR_SET_PDEATHSIG = 1;
    public static final long PR_SET_DUMPABLE = 4;
    public static final long PR_SET_KEEPCAPS = 8;
    public static final long PR_CAPBSET_DROP = 24;
    public static final long PR_SET_CHILD_SUBREAPER = 36;
    public static final long PR_SET_NO_NEW_PRIVS = 38;
    public static final long PR_CAP_AMBIENT = 47;
    public static final long PR_CAP_AMBIENT_RAISE = 2;
    public static final long PR_CAP_AMBIENT_CLEAR_ALL = 4;

    public static final long STATX_BASIC = 0x7ff;
    public static final int STATX_SIZE = 256;
    public static final int STATX_MODE_AT = 28;
    public static final int STATX_INO_AT = 32;
    public static final int STATX_DEV_AT = 136;
    public static final int STATX_RDEV_MAJOR_AT = 128;
    public static final int STATX_RDEV_MINOR_AT = 132;

    public static final long S_IFMT = 0170000;
    public static final long S_IFDIR = 0040000;
    public static final long S_IFCHR = 0020000;
    public static final long S_IFBLK = 0060000;
    public static final long S_IFIFO = 0010000;

    public static final long SIGKILL = 9;

    private Flags() {}

    // flock(2)
    public static final long LOCK_SH = 1;
    public static final long LOCK_EX = 2;
    public static final long LOCK_NB = 4;
    public static final long LOCK_UN = 8;
}

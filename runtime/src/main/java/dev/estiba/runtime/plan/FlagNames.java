package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names of the bits and numbers that system calls take, as the man pages write them. Bits without a name stay hexadecimal. */
enum FlagNames {
    OPEN(
            "O_WRONLY",
            01,
            "O_RDWR",
            02,
            "O_CREAT",
            0100,
            "O_EXCL",
            0200,
            "O_NOCTTY",
            0400,
            "O_TRUNC",
            01000,
            "O_APPEND",
            02000,
            "O_NONBLOCK",
            04000,
            "O_PATH",
            010000000,
            "O_CLOEXEC",
            02000000),
    AT("AT_SYMLINK_NOFOLLOW", 0x100, "AT_NO_AUTOMOUNT", 0x800, "AT_EMPTY_PATH", 0x1000, "AT_RECURSIVE", 0x8000),
    AT_ACCESS("AT_EACCESS", 0x200, "AT_SYMLINK_NOFOLLOW", 0x100, "AT_EMPTY_PATH", 0x1000),
    AT_UNLINK("AT_REMOVEDIR", 0x200),
    ACCESS("R_OK", 4, "W_OK", 2, "X_OK", 1),
    MOUNT(
            "MS_RDONLY",
            1,
            "MS_NOSUID",
            2,
            "MS_NODEV",
            4,
            "MS_NOEXEC",
            8,
            "MS_SYNCHRONOUS",
            16,
            "MS_REMOUNT",
            32,
            "MS_MANDLOCK",
            64,
            "MS_DIRSYNC",
            128,
            "MS_NOSYMFOLLOW",
            256,
            "MS_NOATIME",
            1024,
            "MS_NODIRATIME",
            2048,
            "MS_BIND",
            4096,
            "MS_MOVE",
            8192,
            "MS_REC",
            16384,
            "MS_SILENT",
            32768,
            "MS_UNBINDABLE",
            1 << 17,
            "MS_PRIVATE",
            1 << 18,
            "MS_SLAVE",
            1 << 19,
            "MS_SHARED",
            1 << 20,
            "MS_RELATIME",
            1 << 21,
            "MS_I_VERSION",
            1 << 23,
            "MS_STRICTATIME",
            1 << 24,
            "MS_LAZYTIME",
            1 << 25),
    UMOUNT("MNT_FORCE", 1, "MNT_DETACH", 2, "MNT_EXPIRE", 4, "UMOUNT_NOFOLLOW", 8),
    OPEN_TREE("OPEN_TREE_CLONE", 1, "OPEN_TREE_CLOEXEC", 02000000, "AT_EMPTY_PATH", 0x1000, "AT_RECURSIVE", 0x8000),
    MOVE_MOUNT(
            "MOVE_MOUNT_F_SYMLINKS",
            1,
            "MOVE_MOUNT_F_EMPTY_PATH",
            4,
            "MOVE_MOUNT_T_SYMLINKS",
            0x10,
            "MOVE_MOUNT_T_EMPTY_PATH",
            0x40,
            "MOVE_MOUNT_SET_GROUP",
            0x100,
            "MOVE_MOUNT_BENEATH",
            0x200),
    MOUNT_ATTRIBUTE(
            "MOUNT_ATTR_RDONLY",
            1,
            "MOUNT_ATTR_NOSUID",
            2,
            "MOUNT_ATTR_NODEV",
            4,
            "MOUNT_ATTR_NOEXEC",
            8,
            "MOUNT_ATTR__ATIME",
            0x70,
            "MOUNT_ATTR_NOATIME",
            0x10,
            "MOUNT_ATTR_STRICTATIME",
            0x20,
            "MOUNT_ATTR_NODIRATIME",
            0x80,
            "MOUNT_ATTR_IDMAP",
            0x100000,
            "MOUNT_ATTR_NOSYMFOLLOW",
            0x200000),
    RESOLVE(
            "RESOLVE_NO_XDEV",
            1,
            "RESOLVE_NO_MAGICLINKS",
            2,
            "RESOLVE_NO_SYMLINKS",
            4,
            "RESOLVE_BENEATH",
            8,
            "RESOLVE_IN_ROOT",
            16,
            "RESOLVE_CACHED",
            32),
    CLONE(
            "CLONE_NEWTIME",
            0x80,
            "CLONE_VM",
            0x100,
            "CLONE_FS",
            0x200,
            "CLONE_FILES",
            0x400,
            "CLONE_PARENT",
            0x8000,
            "CLONE_NEWNS",
            0x20000,
            "CLONE_NEWCGROUP",
            0x02000000,
            "CLONE_NEWUTS",
            0x04000000,
            "CLONE_NEWIPC",
            0x08000000,
            "CLONE_NEWUSER",
            0x10000000,
            "CLONE_NEWPID",
            0x20000000,
            "CLONE_NEWNET",
            0x40000000),
    STATX("STATX_BASIC_STATS", 0x7ff, "STATX_BTIME", 0x800, "STATX_MNT_ID", 0x1000),
    FSOPEN("FSOPEN_CLOEXEC", 1),
    FSMOUNT("FSMOUNT_CLOEXEC", 1),
    CLOSE_RANGE("CLOSE_RANGE_UNSHARE", 2, "CLOSE_RANGE_CLOEXEC", 4),
    SOCKET_TYPE(
            "SOCK_CLOEXEC",
            02000000,
            "SOCK_NONBLOCK",
            04000,
            "SOCK_SEQPACKET",
            5,
            "SOCK_RAW",
            3,
            "SOCK_DGRAM",
            2,
            "SOCK_STREAM",
            1),
    SECCOMP_FLAG(
            "SECCOMP_FILTER_FLAG_TSYNC",
            1,
            "SECCOMP_FILTER_FLAG_LOG",
            2,
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
            4,
            "SECCOMP_FILTER_FLAG_NEW_LISTENER",
            8,
            "SECCOMP_FILTER_FLAG_TSYNC_ESRCH",
            16,
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
            32),
    FSCONFIG(
            "FSCONFIG_SET_FLAG",
            0,
            "FSCONFIG_SET_STRING",
            1,
            "FSCONFIG_SET_BINARY",
            2,
            "FSCONFIG_SET_PATH",
            3,
            "FSCONFIG_SET_PATH_EMPTY",
            4,
            "FSCONFIG_SET_FD",
            5,
            "FSCONFIG_CMD_CREATE",
            6,
            "FSCONFIG_CMD_RECONFIGURE",
            7),
    PRCTL(
            "PR_SET_PDEATHSIG",
            1,
            "PR_SET_DUMPABLE",
            4,
            "PR_SET_KEEPCAPS",
            8,
            "PR_SET_NAME",
            15,
            "PR_CAPBSET_DROP",
            24,
            "PR_SET_CHILD_SUBREAPER",
            36,
            "PR_SET_NO_NEW_PRIVS",
            38,
            "PR_CAP_AMBIENT",
            47),
    AMBIENT(
            "PR_CAP_AMBIENT_IS_SET",
            1,
            "PR_CAP_AMBIENT_RAISE",
            2,
            "PR_CAP_AMBIENT_LOWER",
            3,
            "PR_CAP_AMBIENT_CLEAR_ALL",
            4),
    SECCOMP(
            "SECCOMP_SET_MODE_STRICT",
            0,
            "SECCOMP_SET_MODE_FILTER",
            1,
            "SECCOMP_GET_ACTION_AVAIL",
            2,
            "SECCOMP_GET_NOTIF_SIZES",
            3),
    FCNTL("F_DUPFD", 0, "F_GETFD", 1, "F_SETFD", 2, "F_GETFL", 3, "F_SETFL", 4, "F_DUPFD_CLOEXEC", 1030),
    KEYCTL("KEYCTL_JOIN_SESSION_KEYRING", 1, "KEYCTL_SETPERM", 5, "KEYCTL_DESCRIBE", 6),
    FAMILY("AF_UNIX", 1, "AF_INET", 2, "AF_INET6", 10, "AF_NETLINK", 16),
    NODE(
            "S_IFSOCK",
            0140000,
            "S_IFBLK",
            0060000,
            "S_IFDIR",
            0040000,
            "S_IFCHR",
            0020000,
            "S_IFREG",
            0100000,
            "S_IFIFO",
            0010000);

    private final Map<String, Long> names = new LinkedHashMap<>();

    FlagNames(Object... namesAndBits) {
        for (int i = 0; i < namesAndBits.length; i += 2) {
            names.put((String) namesAndBits[i], ((Number) namesAndBits[i + 1]).longValue());
        }
    }

    /** The name of exactly that number, or the number. */
    String number(long value) {
        for (Map.Entry<String, Long> name : names.entrySet()) {
            if (name.getValue() == value) {
                return name.getKey();
            }
        }
        return Long.toString(value);
    }

    /** The names of the bits, joined by "|"; "0" when there are none. Numbers that share bits: the longest first. */
    String bits(long value, Abi abi) {
        List<String> parts = new ArrayList<>();
        long left = value;
        if (this == OPEN) {
            long directory = abi == Abi.ARM64 ? 040000 : 0200000;
            long noFollow = abi == Abi.ARM64 ? 0100000 : 0400000;
            left = take(left, directory, "O_DIRECTORY", parts);
            left = take(left, noFollow, "O_NOFOLLOW", parts);
            if ((value & 03) == 0 && (value & 010000000) == 0) {
                parts.addFirst("O_RDONLY");
            }
        }
        for (Map.Entry<String, Long> name : names.entrySet()) {
            left = take(left, name.getValue(), name.getKey(), parts);
        }
        if (left != 0) {
            parts.add("0x" + Long.toHexString(left));
        }
        return parts.isEmpty() ? "0" : String.join("|", parts);
    }

    private static long take(long left, long bits, String name, List<String> parts) {
        if ((left & bits) != bits) {
            return left;
        }
        parts.add(name);
        return left & ~bits;
    }

    /** A file's type and mode (inode(7)), the mode in octal. */
    static String node(long value) {
        String type = NODE.number(value & 0170000);
        return (value & 0170000) == 0 ? octal(value) : type + "|" + octal(value & 07777);
    }

    static String octal(long value) {
        return value == 0 ? "0" : "0" + Long.toOctalString(value);
    }
}

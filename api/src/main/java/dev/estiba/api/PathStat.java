package dev.estiba.api;

/**
 * What a path of a container stands for; a symbolic link stands for itself.
 *
 * @param name the path's last part
 * @param size in bytes
 * @param mode Go's os.FileMode
 * @param modified RFC 3339
 * @param linkTarget of a symbolic link: the absolute path in the container that it leads to in the end; else empty
 */
public record PathStat(String name, long size, long mode, String modified, String linkTarget) {
    public static final long DIRECTORY = 1L << 31;
    public static final long SYMBOLIC_LINK = 1L << 27;
    public static final long DEVICE = 1L << 26;
    public static final long NAMED_PIPE = 1L << 25;
    public static final long SOCKET = 1L << 24;
    public static final long SETUID = 1L << 23;
    public static final long SETGID = 1L << 22;
    public static final long CHARACTER_DEVICE = 1L << 21;
    public static final long STICKY = 1L << 20;
    private static final long TYPES = DIRECTORY | SYMBOLIC_LINK | DEVICE | NAMED_PIPE | SOCKET | CHARACTER_DEVICE;

    public boolean isDirectory() {
        return (mode & DIRECTORY) != 0;
    }

    public boolean isSymbolicLink() {
        return (mode & SYMBOLIC_LINK) != 0;
    }

    public boolean isRegular() {
        return (mode & TYPES) == 0;
    }
}

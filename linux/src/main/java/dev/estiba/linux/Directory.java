package dev.estiba.linux;

import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** getdents64(2), mkdirat(2): directories by their descriptors. */
public final class Directory {
    private static final int GETDENTS64 = Frame.number("getdents64");
    private static final int MKDIRAT = Frame.number("mkdirat");
    private static final int BUFFER = 32 << 10;
    private static final int NAME_AT = 19;
    private static final int DT_DIR = 4;
    private static final int DT_REG = 8;
    private static final int DT_LNK = 10;

    private Directory() {}

    /** What a name in a directory stands for, as far as the file system tells without asking the file. */
    public enum Kind {
        DIRECTORY,
        FILE,
        LINK,
        OTHER
    }

    /** A name in a directory. */
    public record Entry(String name, Kind kind) {}

    /**
     * Everything in a directory but "." and "..", in the file system's order.
     *
     * @param most how many entries there may be
     * @throws ErrnoException E2BIG when there are more
     */
    public static List<Entry> list(Fd parent, int most) throws IOException {
        List<Entry> entries = new ArrayList<>();
        // A descriptor of its own: the one that is given keeps its position.
        try (Fd directory = Open.at(parent, ".", Open.How.directory());
                Frame frame = new Frame()) {
            MemorySegment buffer = frame.space(BUFFER);
            while (true) {
                long n = frame.call(GETDENTS64, directory.number(), buffer.address(), BUFFER);
                ErrnoException.check(n, "getdents64", parent.label());
                if (n == 0) {
                    return entries;
                }
                collect(buffer, n, entries);
                if (entries.size() > most) {
                    throw new ErrnoException("getdents64", parent.label(), Errno.E2BIG.number());
                }
            }
        }
    }

    /** struct linux_dirent64: d_ino, d_off, d_reclen, d_type, d_name. */
    private static void collect(MemorySegment buffer, long length, List<Entry> entries) {
        for (long at = 0; at < length; ) {
            int size = Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT, at + 16));
            String name = buffer.getString(at + NAME_AT);
            if (!name.equals(".") && !name.equals("..")) {
                entries.add(new Entry(name, kind(buffer.get(ValueLayout.JAVA_BYTE, at + 18))));
            }
            at += size;
        }
    }

    /** A name as it is in the file system, which need not be a text. */
    record RawEntry(byte[] name, Kind kind) {}

    /** The next few names but "." and "..", from where the descriptor stands; empty at the end. */
    static List<RawEntry> batch(CallMemory memory, Fd directory) throws IOException {
        List<RawEntry> entries = new ArrayList<>();
        MemorySegment data = memory.names();
        while (entries.isEmpty()) {
            long n = memory.call(GETDENTS64, directory.number(), data.address(), CallMemory.NAMES);
            if (ErrnoException.check(n, "getdents64", directory.label()) == 0) {
                break;
            }
            for (long at = 0; at < n; at += Short.toUnsignedInt(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + 16))) {
                byte[] name = name(data, at + NAME_AT);
                if (!isDots(name)) {
                    entries.add(new RawEntry(name, kind(data.get(ValueLayout.JAVA_BYTE, at + 18))));
                }
            }
        }
        return entries;
    }

    /**
     * Everything in a directory but "." and "..", by names as they are in the file system.
     *
     * @param directory read from where it stands, to its end
     * @param most how many there may be
     * @throws ErrnoException E2BIG when there are more
     */
    public static List<byte[]> names(CallMemory memory, Fd directory, int most) throws IOException {
        List<byte[]> names = new ArrayList<>();
        for (List<RawEntry> some = batch(memory, directory); !some.isEmpty(); some = batch(memory, directory)) {
            some.forEach(each -> names.add(each.name()));
            if (names.size() > most) {
                throw new ErrnoException("getdents64", directory.label(), Errno.E2BIG.number());
            }
        }
        return names;
    }

    private static byte[] name(MemorySegment data, long from) {
        long to = from;
        while (data.get(ValueLayout.JAVA_BYTE, to) != 0) {
            to++;
        }
        return data.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || name.length == 2 && name[1] == '.');
    }

    private static Kind kind(int type) {
        return switch (type) {
            case DT_DIR -> Kind.DIRECTORY;
            case DT_REG -> Kind.FILE;
            case DT_LNK -> Kind.LINK;
            default -> Kind.OTHER;
        };
    }

    /** Makes a directory; false when that name is there already, whatever it is. */
    public static boolean make(Fd parent, String name, int mode) throws IOException {
        try (Frame frame = new Frame()) {
            long r = frame.call(MKDIRAT, parent.number(), frame.string(name).address(), mode);
            if (r == -Errno.EEXIST.number()) {
                return false;
            }
            ErrnoException.check(r, "mkdirat", name + " in " + parent.label());
            return true;
        }
    }
}

package dev.estiba.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/** fstatfs(2): which file system something is on. */
public final class FileSystems {
    public static final long CGROUP2 = 0x63677270;
    public static final long PROC = 0x9fa0;
    public static final long TMPFS = 0x01021994;

    /**
     * Those whose files are the kernel's words and switches, and not anybody's data (linux/magic.h): proc, sysfs, cgroup, devpts,
     * mqueue, debugfs, tracefs, securityfs, bpf, configfs, pstore, efivarfs, binfmt_misc, selinuxfs, fusectl, nsfs.
     */
    private static final Set<Long> KERNELS = Set.of(
            PROC,
            0x62656572L,
            0x27e0ebL,
            CGROUP2,
            0x1cd1L,
            0x19800202L,
            0x64626720L,
            0x74726163L,
            0x73636673L,
            0xcafe4a11L,
            0x62656570L,
            0x6165676cL,
            0xde5e81e4L,
            0x42494e4dL,
            0xf97cff8cL,
            0x65735543L,
            0x6e736673L);

    private static final int FLAGS_AT = 80;
    private static final long READ_ONLY = 1;
    private static final int FSTATFS = Frame.number("fstatfs");
    /** struct statfs of 64-bit machines. */
    static final int SIZE = 120;

    private FileSystems() {}

    /** Whether it is on one of the kernel's own file systems, where a file is no data. */
    public static boolean isKernels(Fd file) throws IOException {
        return KERNELS.contains(magic(file));
    }

    /** Whether nothing can be written there: the mount is read-only, or the file system. */
    public static boolean isReadOnly(Fd file) throws IOException {
        return (field(file, FLAGS_AT) & READ_ONLY) != 0;
    }

    /** The magic number of the file system that it is on: linux/magic.h. */
    public static long magic(Fd file) throws IOException {
        return field(file, 0);
    }

    private static long field(Fd file, int at) throws IOException {
        try (Frame frame = new Frame()) {
            MemorySegment statfs = frame.space(SIZE);
            ErrnoException.check(frame.call(FSTATFS, file.number(), statfs.address()), "fstatfs", file.label());
            return statfs.get(ValueLayout.JAVA_LONG, at);
        }
    }
}

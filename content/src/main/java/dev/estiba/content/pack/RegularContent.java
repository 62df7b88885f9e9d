package dev.estiba.content.pack;

import dev.estiba.content.tar.TarEntry.Segment;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileData;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A regular file's bytes, but for its holes. It may be written to meanwhile: as many bytes are given as it had when it was asked,
 * zeros for those that it has lost, as GNU tar gives them.
 */
final class RegularContent extends InputStream {
    /** Of a smaller one the map would be as long as the holes. */
    private static final long SPARSE_FROM = 64 << 10;

    /** Of more the map is no gain, and takes memory from who reads it. */
    private static final int MOST_SEGMENTS = 1 << 12;

    private final CallMemory memory;
    private final Fd file;
    private final Iterator<Segment> segments;
    private long at;
    private long left;

    private RegularContent(CallMemory memory, Fd file, List<Segment> segments) {
        this.memory = memory;
        this.file = file;
        this.segments = segments.iterator();
    }

    /** @param data {@link #segments}; empty: all of it */
    static RegularContent of(CallMemory memory, Fd file, long size, Optional<List<Segment>> data) {
        List<Segment> all = data.orElse(size == 0 ? List.of() : List.of(new Segment(0, size)));
        return new RegularContent(memory, file, all);
    }

    /** Where it has bytes; empty when it has no holes to speak of. */
    static Optional<List<Segment>> segments(CallMemory memory, Fd file, long size) throws IOException {
        if (size < SPARSE_FROM) {
            return Optional.empty();
        }
        List<Segment> found = new ArrayList<>();
        try {
            OptionalLong data = FileData.nextData(memory, file, 0);
            while (data.isPresent() && data.getAsLong() < size) {
                long from = data.getAsLong();
                long to = Math.min(size, FileData.nextHole(memory, file, from).orElse(size));
                if (to <= from || found.size() == MOST_SEGMENTS) {
                    return Optional.empty(); // it changes under our hands, or is all holes
                }
                found.add(new Segment(from, to - from));
                data = to < size ? FileData.nextData(memory, file, to) : OptionalLong.empty();
            }
        } catch (ErrnoException e) {
            if (e.is(Errno.EINVAL)) {
                return Optional.empty(); // a file system that tells of no holes
            }
            throw e;
        }
        boolean isWhole = found.size() == 1 && found.getFirst().length() == size;
        return isWhole ? Optional.empty() : Optional.of(found);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (left == 0) {
            if (!segments.hasNext()) {
                return -1;
            }
            Segment next = segments.next();
            at = next.offset();
            left = next.length();
        }
        int wanted = (int) Math.min(length, left);
        int count = FileData.read(memory, file, at, into, from, wanted);
        if (count == 0) {
            Arrays.fill(into, from, from + wanted, (byte) 0);
            count = wanted;
        }
        at += count;
        left -= count;
        return count;
    }
}

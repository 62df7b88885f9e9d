package dev.estiba.content.tar;

import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How a sparse file is written: its segments made wider to whole blocks, with the zeros that are there anyway. GNU tar begins
 * each segment with a block of the archive where Go lets it follow the one before, and so they agree on whole blocks only.
 */
final class SparseLayout {
    private final long size;
    private final List<Segment> segments;

    private SparseLayout(long size, List<Segment> segments) {
        this.size = size;
        this.segments = List.copyOf(segments);
    }

    static SparseLayout of(RegularFile file) {
        List<Segment> wide = new ArrayList<>();
        for (Segment segment : file.data().orElse(List.of())) {
            long from = segment.offset() & -TarHeader.BLOCK;
            long end = segment.offset() + segment.length();
            // No more than 511 are added, which may be beyond the last long.
            long to =
                    end > file.size() - (-end & TarHeader.BLOCK - 1) ? file.size() : end + (-end & TarHeader.BLOCK - 1);
            if (!wide.isEmpty() && from < end(wide.getLast())) {
                from = wide.removeLast().offset();
            }
            wide.add(new Segment(from, to - from));
        }
        return new SparseLayout(file.size(), wide);
    }

    static long end(Segment segment) {
        return segment.offset() + segment.length();
    }

    List<Segment> segments() {
        return segments;
    }

    long stored() {
        return segments.stream().mapToLong(Segment::length).sum();
    }

    /** As GNU tar's, with an empty segment at the end of a file that ends in a hole. */
    byte[] map() {
        boolean endsInHole = segments.isEmpty() || end(segments.getLast()) != size;
        StringBuilder lines = new StringBuilder();
        lines.append(segments.size() + (endsInHole ? 1 : 0)).append('\n');
        for (Segment segment : segments) {
            lines.append(segment.offset()).append('\n').append(segment.length()).append('\n');
        }
        if (endsInHole) {
            lines.append(size).append("\n0\n");
        }
        return lines.toString().getBytes(StandardCharsets.US_ASCII);
    }
}

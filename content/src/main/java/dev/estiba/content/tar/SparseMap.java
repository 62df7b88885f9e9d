package dev.estiba.content.tar;

import dev.estiba.content.tar.TarEntry.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The map of a sparse file while it is read: what an archive says of it is checked number by number (GNU tar's manual, "Sparse
 * Formats").
 */
final class SparseMap {
    /** Where further blocks of an entry come from. */
    @FunctionalInterface
    interface Blocks {
        byte[] next() throws IOException, Flaw;
    }

    private final long size;
    private final int limit;
    private final List<Segment> segments = new ArrayList<>();
    private long end;
    private long stored;
    private long pairs;

    /**
     * @param size of the whole file
     * @param limit of segments
     */
    SparseMap(long size, int limit) throws Flaw {
        if (size < 0) {
            throw new Flaw("its size is negative");
        }
        this.size = size;
        this.limit = limit;
    }

    /** The old format of GNU tar: four segments in the header, 21 in each block after it. */
    void readOld(byte[] header, Blocks blocks) throws IOException, Flaw {
        addOld(header, 386, 4);
        boolean goesOn = header[482] != 0;
        while (goesOn) {
            byte[] block = blocks.next();
            addOld(block, 0, 21);
            goesOn = block[504] != 0;
        }
    }

    private void addOld(byte[] block, int from, int count) throws Flaw {
        for (int at = from; at < from + count * 24 && block[at] != 0; at += 24) {
            add(
                    TarNumbers.field("an offset of its sparse map", block, at, 12),
                    TarNumbers.field("a length of its sparse map", block, at + 12, 12));
        }
    }

    /** PAX format 0.0: a record for each number. */
    void readRecords(List<byte[]> numbers) throws Flaw {
        if (numbers.size() % 2 != 0) {
            throw new Flaw("its sparse map has an offset without a length");
        }
        for (int i = 0; i < numbers.size(); i += 2) {
            add(number(numbers.get(i)), number(numbers.get(i + 1)));
        }
    }

    private static long number(byte[] text) throws Flaw {
        return TarNumbers.decimal("a number of its sparse map", text);
    }

    /** PAX format 0.1: all numbers in one record, with commas. */
    void readRecord(byte[] text) throws Flaw {
        long offset = -1;
        int from = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i < text.length && text[i] != ',') {
                continue;
            }
            long number = TarNumbers.decimal("a number of its sparse map", text, from, i);
            if (offset < 0) {
                if (number < 0) {
                    throw new Flaw("its sparse map has a negative offset");
                }
                offset = number;
            } else {
                add(offset, number);
                offset = -1;
            }
            from = i + 1;
        }
        if (offset >= 0) {
            throw new Flaw("its sparse map has an offset without a length");
        }
    }

    /** PAX format 1.0: lines with a number each, the first of which counts the segments, in blocks before the bytes. */
    void readLines(Blocks blocks) throws IOException, Flaw {
        Lines lines = new Lines(blocks);
        long count = lines.next();
        if (count < 0 || count > limit) {
            throw new Flaw("its sparse map has " + count + " segments, where " + limit + " may be");
        }
        for (long i = 0; i < count; i++) {
            add(lines.next(), lines.next());
        }
    }

    private static final class Lines {
        private static final int DIGITS = 19;

        private final Blocks blocks;
        private byte[] block = new byte[0];
        private int at;

        Lines(Blocks blocks) {
            this.blocks = blocks;
        }

        long next() throws IOException, Flaw {
            byte[] line = new byte[DIGITS];
            for (int length = 0; ; length++) {
                if (at == block.length) {
                    block = blocks.next();
                    at = 0;
                }
                byte one = block[at++];
                if (one == '\n') {
                    return TarNumbers.decimal("a number of its sparse map", line, 0, length);
                }
                if (length == DIGITS) {
                    throw new Flaw("a number of its sparse map does not end");
                }
                line[length] = one;
            }
        }
    }

    /** Compares with how many segments were announced; -1 when nobody has. */
    void expect(long count) throws Flaw {
        if (count != -1 && count != pairs) {
            throw new Flaw("its sparse map has " + pairs + " segments, and " + count + " were announced");
        }
    }

    private void add(long offset, long length) throws Flaw {
        pairs++;
        if (offset < 0 || length < 0) {
            throw new Flaw("its sparse map has a negative number");
        }
        if (offset < end) {
            throw new Flaw("its sparse map goes back to " + offset + " from " + end);
        }
        if (offset > size || length > size - offset) {
            throw new Flaw("its sparse map goes beyond its size of " + size);
        }
        // GNU tar ends the map of a file that ends in a hole with an empty segment.
        if (length > 0) {
            if (segments.size() == limit) {
                throw new Flaw("its sparse map has more than " + limit + " segments");
            }
            segments.add(new Segment(offset, length));
            end = offset + length;
            stored += length;
        }
    }

    /** The segments, when they need exactly the bytes that the archive stores. */
    List<Segment> segments(long bytes) throws Flaw {
        if (stored != bytes) {
            throw new Flaw("its sparse map speaks of " + stored + " bytes, and " + bytes + " are stored");
        }
        return List.copyOf(segments);
    }

    long size() {
        return size;
    }
}

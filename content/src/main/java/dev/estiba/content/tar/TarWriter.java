package dev.estiba.content.tar;

import dev.estiba.content.tar.TarEntry.BlockDevice;
import dev.estiba.content.tar.TarEntry.CharacterDevice;
import dev.estiba.content.tar.TarEntry.Directory;
import dev.estiba.content.tar.TarEntry.Fifo;
import dev.estiba.content.tar.TarEntry.HardLink;
import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.Segment;
import dev.estiba.content.tar.TarEntry.SymbolicLink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Writes an archive as layers are: POSIX headers, and before one that cannot say everything a PAX header. Equal entries are equal
 * bytes. Names are written as the bytes that they are, without {@code hdrcharset}, as GNU tar does.
 *
 * <p>A sparse file is written as GNU tar's format 1.0, which Go, GNU tar and libarchive read: a log of lastlog(8) with a size of
 * a terabyte would be a layer of that size otherwise. Who wants it whole gives an entry without a map, and the zeros.
 */
public final class TarWriter implements AutoCloseable {
    private static final int COPIED = 1 << 16;

    private final OutputStream out;
    private byte[] buffer = new byte[0];
    private boolean isClosed;

    /** @param out which should be buffered, and which {@link #close()} closes */
    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /** An entry that has no content. */
    public void write(TarEntry entry) throws IOException {
        write(entry, InputStream.nullInputStream());
    }

    /**
     * An entry and its content.
     *
     * @param content of a regular file: its stored bytes, of which exactly so many are read as the entry says
     * @throws IOException also when there are fewer, after which the archive is unfinished and of no use
     */
    public void write(TarEntry entry, InputStream content) throws IOException {
        if (isClosed) {
            throw new IOException("the archive has been finished");
        }
        switch (entry) {
            case RegularFile file when file.data().isPresent() -> sparse(file, content);
            case RegularFile file -> {
                header('0', file, file.size());
                copy(file, content, file.size());
                pad(file.size());
            }
            case HardLink link -> link('1', link, link.target());
            case SymbolicLink link -> link('2', link, link.target());
            case CharacterDevice device -> device('3', device, device.major(), device.minor());
            case BlockDevice device -> device('4', device, device.major(), device.minor());
            case Directory directory -> header('5', directory, 0);
            case Fifo fifo -> header('6', fifo, 0);
        }
    }

    /** Two blocks of zeros, and closes the stream. */
    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            try (out) {
                out.write(new byte[2 * TarHeader.BLOCK]);
            }
        }
    }

    private void header(char type, TarEntry entry, long size) throws IOException {
        finish(new UstarBlock(type).name(entry.name()), entry, size, named(entry));
    }

    /** The records of an entry whose name the header may not take. */
    private static PaxText named(TarEntry entry) {
        PaxText pax = new PaxText();
        if (!UstarBlock.fits(entry.name())) {
            pax.put("path", entry.name().toArray());
        }
        return pax;
    }

    private void link(char type, TarEntry entry, TarBytes target) throws IOException {
        PaxText pax = named(entry);
        if (target.length() > UstarBlock.TARGET) {
            pax.put("linkpath", target.toArray());
        }
        finish(new UstarBlock(type).name(entry.name()).target(target), entry, 0, pax);
    }

    private void device(char type, TarEntry entry, int major, int minor) throws IOException {
        PaxText pax = named(entry);
        if (major > UstarBlock.LAST_SHORT) {
            pax.put("SCHILY.devmajor", major);
        }
        if (minor > UstarBlock.LAST_SHORT) {
            pax.put("SCHILY.devminor", minor);
        }
        finish(new UstarBlock(type).name(entry.name()).device(major, minor), entry, 0, pax);
    }

    /** The map, a line for each number, in blocks of its own, and then the bytes. */
    private void sparse(RegularFile file, InputStream content) throws IOException {
        SparseLayout layout = SparseLayout.of(file);
        byte[] map = layout.map();
        long mapped = (long) map.length + padding(map.length);
        long stored = layout.stored();
        if (stored > Long.MAX_VALUE - mapped) {
            throw new IOException(file.name() + " is too large for an archive: " + stored + " bytes");
        }
        PaxText pax = new PaxText();
        pax.put("GNU.sparse.major", 1);
        pax.put("GNU.sparse.minor", 0);
        pax.put("GNU.sparse.name", file.name().toArray());
        pax.put("GNU.sparse.realsize", file.size());
        // Who knows no sparse files unpacks the map under this name, not under the file's.
        TarBytes shown = inDirectory("GNUSparseFile.0", file.name());
        finish(new UstarBlock('0').name(shown), file, mapped + stored, pax);
        out.write(map);
        pad(map.length);
        copySegments(file, layout, content);
        pad(stored);
    }

    /** Each segment, between the zeros that make it wider. */
    private void copySegments(RegularFile file, SparseLayout layout, InputStream content) throws IOException {
        Iterator<Segment> narrow = file.data().orElse(List.of()).iterator();
        Optional<Segment> next = narrow.hasNext() ? Optional.of(narrow.next()) : Optional.empty();
        for (Segment wide : layout.segments()) {
            long at = wide.offset();
            while (next.isPresent() && next.get().offset() < SparseLayout.end(wide)) {
                zeros(next.get().offset() - at);
                copy(file, content, next.get().length());
                at = SparseLayout.end(next.get());
                next = narrow.hasNext() ? Optional.of(narrow.next()) : Optional.empty();
            }
            zeros(SparseLayout.end(wide) - at);
        }
    }

    /** Fewer than a block. */
    private void zeros(long count) throws IOException {
        out.write(new byte[(int) count]);
    }

    /** Puts what does not fit into the header's fields into PAX records, and writes both. */
    private void finish(UstarBlock block, TarEntry entry, long size, PaxText pax) throws IOException {
        TarMetadata metadata = entry.metadata();
        if (size > UstarBlock.LAST_LONG) {
            pax.put("size", size);
        }
        if (metadata.uid() > UstarBlock.LAST_SHORT) {
            pax.put("uid", metadata.uid());
        }
        if (metadata.gid() > UstarBlock.LAST_SHORT) {
            pax.put("gid", metadata.gid());
        }
        if (metadata.user().length() > UstarBlock.OWNER) {
            pax.put("uname", metadata.user().toArray());
        }
        if (metadata.group().length() > UstarBlock.OWNER) {
            pax.put("gname", metadata.group().toArray());
        }
        Instant time = metadata.modified();
        if (time.getNano() != 0 || time.getEpochSecond() < 0 || time.getEpochSecond() > UstarBlock.LAST_LONG) {
            pax.put("mtime", time);
        }
        metadata.accessed().ifPresent(accessed -> pax.put("atime", accessed));
        metadata.attributes()
                .forEach((name, value) -> pax.put("SCHILY.xattr." + PaxEscapes.encodeKey(name), value.toArray()));
        if (!pax.isEmpty()) {
            writePax(entry.name(), pax.bytes());
        }
        out.write(block.owner(metadata).size(size).sealed());
    }

    private void writePax(TarBytes of, byte[] records) throws IOException {
        TarMetadata metadata = TarMetadata.of(inDirectory("PaxHeaders.0", of), 0644);
        out.write(new UstarBlock('x')
                .name(metadata.name())
                .owner(metadata)
                .size(records.length)
                .sealed());
        out.write(records);
        pad(records.length);
    }

    /** A name for readers that do not know what it is: the last part of an entry's, in a directory that is like no other. */
    private static TarBytes inDirectory(String directory, TarBytes name) {
        int end = name.length();
        while (end > 0 && name.at(end - 1) == '/') {
            end--;
        }
        int from = end;
        while (from > 0 && name.at(from - 1) != '/') {
            from--;
        }
        byte[] last = name.part(from, Math.min(end, from + 80)).toArray();
        byte[] whole = Arrays.copyOf(
                (directory + "/").getBytes(StandardCharsets.US_ASCII), directory.length() + 1 + last.length);
        System.arraycopy(last, 0, whole, directory.length() + 1, last.length);
        return TarBytes.owned(whole);
    }

    private void copy(RegularFile file, InputStream content, long size) throws IOException {
        if (buffer.length == 0 && size > 0) {
            buffer = new byte[COPIED];
        }
        for (long left = size; left > 0; ) {
            int count = content.read(buffer, 0, (int) Math.min(left, COPIED));
            if (count < 0) {
                throw new IOException(file.name() + " has " + (size - left) + " bytes where its entry says " + size);
            }
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    private void pad(long size) throws IOException {
        zeros(padding(size));
    }

    private static int padding(long size) {
        return (int) (-size & TarHeader.BLOCK - 1);
    }
}

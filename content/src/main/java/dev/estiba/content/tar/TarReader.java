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
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive of any of the usual formats, one entry after the other:
 *
 * <pre>{@code
 * TarReader reader = new TarReader(in);
 * for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
 *     reader.content().transferTo(…);
 * }
 * }</pre>
 *
 * <p>The stream should be buffered: headers are read in blocks of 512 bytes, and no byte beyond the archive's end, which two
 * blocks of zeros make, or the stream's end at an entry's. What follows can be read from the stream, which stays open. One block
 * of zeros with something behind it is refused, as Go does (GNU tar stops there, with a warning).
 *
 * <p>Only files, links, directories, devices and FIFOs are entries. NUL and '7' are regular files, a NUL whose name ends in a
 * slash is a directory, as in the seventh edition. Of what else there is, GNU tar's ways: a directory with a list of its names
 * ('D') is a directory, a volume's label ('V') is passed over, Solaris' 'X' is 'x'; refused are the rest of a file of another
 * volume ('M'), Solaris' lists of rights ('A') and inodes ('I'), and any other type, as Docker does. Only regular files have
 * content, whatever the size of others is (Go's rule).
 */
public final class TarReader {
    private final ArchiveInput in;
    private final TarLimits limits;
    private PaxRecords global = PaxRecords.NONE;
    private boolean hasEnded;
    private @Nullable IOException failure;

    // The current entry.
    private long headerAt;
    private String name = "";
    private long left;
    private long padded;
    private Content content = new Content();

    public TarReader(InputStream in) {
        this(in, TarLimits.DEFAULT);
    }

    public TarReader(InputStream in, TarLimits limits) {
        this.in = new ArchiveInput(in);
        this.limits = limits;
    }

    /**
     * The next entry; empty at the archive's end. What has not been read of the one before is passed over, and its stream ends.
     *
     * @throws MalformedArchive with the same words each time from then on; and so is an error of the stream thrown again
     */
    public Optional<TarEntry> next() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (hasEnded) {
            return Optional.empty();
        }
        try {
            content = new Content();
            passOver();
            Optional<TarEntry> entry = advance();
            hasEnded = entry.isEmpty();
            return entry;
        } catch (Flaw e) {
            throw failed(headerAt, e);
        } catch (IOException e) {
            // Where the stream is now nobody knows.
            failure = e;
            throw e;
        }
    }

    /** The bytes that the archive stores of the current entry: of a sparse file those of its segments alone. */
    public InputStream content() {
        return content;
    }

    /** How many bytes of the archive have been read. */
    public long offset() {
        return in.offset();
    }

    private MalformedArchive failed(long offset, Flaw flaw) {
        MalformedArchive malformed = new MalformedArchive(offset, name, flaw.problem());
        failure = malformed;
        return malformed;
    }

    private void passOver() throws IOException, Flaw {
        long rest = left;
        left = 0;
        in.skip(rest);
        in.skipPadding(padded);
        padded = 0;
    }

    /** Reads headers until one is an entry's. Of several of a kind before it the last holds, for Go as for GNU tar. */
    private Optional<TarEntry> advance() throws IOException, Flaw {
        PaxRecords own = PaxRecords.NONE;
        Optional<TarBytes> longName = Optional.empty();
        Optional<TarBytes> longLink = Optional.empty();
        boolean isExpected = false;
        while (true) {
            name = "";
            headerAt = in.offset();
            Optional<TarHeader> next = header();
            if (next.isEmpty()) {
                if (isExpected) {
                    throw new Flaw("the archive ends before the entry that its last header describes");
                }
                return Optional.empty();
            }
            TarHeader header = next.get();
            switch (header.type()) {
                case 'x', 'X' -> own = records(header);
                case 'L' -> longName = Optional.of(longText(header));
                case 'K' -> longLink = Optional.of(longText(header));
                case 'g' -> global = global.with(records(header), limits.globalBytes());
                case 'V' -> setContent(size(header));
                default -> {
                    return Optional.of(
                            entry(header, new Description(header, own.over(global), longName, longLink, limits)));
                }
            }
            isExpected |= header.type() != 'g' && header.type() != 'V';
            passOver();
        }
    }

    /** Empty at the end: of the stream, at two blocks of zeros, or at one that is the last. */
    private Optional<TarHeader> header() throws IOException, Flaw {
        Optional<byte[]> block = in.block();
        if (block.isPresent() && TarHeader.isZero(block.get())) {
            Optional<byte[]> second = in.block();
            if (second.isPresent() && !TarHeader.isZero(second.get())) {
                throw new Flaw("something follows a single block of zeros");
            }
            return Optional.empty();
        }
        return block.isPresent() ? Optional.of(TarHeader.of(block.get())) : Optional.empty();
    }

    private static long size(TarHeader header) throws Flaw {
        long size = header.size();
        if (size < 0) {
            throw new Flaw("its size is negative");
        }
        return size;
    }

    private PaxRecords records(TarHeader header) throws IOException, Flaw {
        return PaxRecords.read(body(header, limits.paxBytes(), "a PAX header"), limits.segments());
    }

    /** A long name of GNU's, which ends with a NUL. */
    private TarBytes longText(TarHeader header) throws IOException, Flaw {
        byte[] bytes = body(header, limits.nameBytes() + 1, "a long name");
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        if (end == 0) {
            throw new Flaw("a long name is empty");
        }
        return TarBytes.of(Arrays.copyOf(bytes, end));
    }

    private byte[] body(TarHeader header, int limit, String what) throws IOException, Flaw {
        long size = size(header);
        if (size > limit) {
            throw new Flaw(what + " has " + size + " bytes, where " + limit + " may be");
        }
        byte[] bytes = in.bytes((int) size);
        padded = size;
        return bytes;
    }

    private static boolean isFile(TarHeader header, TarMetadata metadata) {
        return switch (header.type()) {
            case 0 -> !metadata.name().endsWith('/');
            case '0', '7' -> true;
            default -> false;
        };
    }

    private TarEntry entry(TarHeader header, Description said) throws IOException, Flaw {
        name = said.name().printable();
        TarMetadata metadata = said.metadata();
        if (!isFile(header, metadata)) {
            said.checkNotSparse();
        }
        return switch (header.type()) {
            case 0, '0', '7' -> isFile(header, metadata) ? file(metadata, said) : new Directory(metadata);
            case 'S' -> oldSparse(header, metadata, said);
            case '1' -> new HardLink(metadata, said.target(true));
            case '2' -> new SymbolicLink(metadata, said.target(false));
            case '3' -> new CharacterDevice(metadata, said.major(), said.minor());
            case '4' -> new BlockDevice(metadata, said.major(), said.minor());
            case '5' -> new Directory(metadata);
            case '6' -> new Fifo(metadata);
            case 'D' -> {
                setContent(said.size());
                hideContent();
                yield new Directory(metadata);
            }
            case 'M' -> throw new Flaw("it is the rest of a file of another volume");
            default ->
                throw new Flaw("its type is "
                        + TarBytes.of(new byte[] {(byte) header.type()})
                        + ", which is no file, link, directory, device or FIFO");
        };
    }

    private void setContent(long size) {
        left = size;
        padded = size;
    }

    /** For content that is passed over and nobody's. */
    private void hideContent() {
        content = new Content();
        content.isClosed = true;
    }

    private RegularFile file(TarMetadata metadata, Description said) throws IOException, Flaw {
        long size = said.size();
        setContent(size);
        Optional<SparseMap> map = said.sparse(size, this::mapBlock);
        if (map.isPresent()) {
            return sparse(metadata, map.get());
        }
        if (said.realSize(size) != size) {
            throw new Flaw("its real size differs from the stored one, and no sparse map says why");
        }
        return new RegularFile(metadata, size);
    }

    private RegularFile sparse(TarMetadata metadata, SparseMap map) throws Flaw {
        List<Segment> segments = map.segments(left);
        return new RegularFile(metadata, map.size(), Optional.of(segments));
    }

    /** A block of a map that is a part of the content. */
    private byte[] mapBlock() throws IOException, Flaw {
        if (left < TarHeader.BLOCK) {
            throw new Flaw("its sparse map is longer than what is stored");
        }
        byte[] block = in.bytes(TarHeader.BLOCK);
        left -= TarHeader.BLOCK;
        return block;
    }

    private RegularFile oldSparse(TarHeader header, TarMetadata metadata, Description said) throws IOException, Flaw {
        if (!header.isGnu()) {
            throw new Flaw("it is a sparse file of GNU's in a header of another's");
        }
        long stored = said.size();
        long real = TarNumbers.field("its real size", header.block(), 483, 12);
        SparseMap map = new SparseMap(said.realSize(real), limits.segments());
        map.readOld(header.block(), () -> in.bytes(TarHeader.BLOCK));
        setContent(stored);
        return sparse(metadata, map);
    }

    /** What is left of the current entry's bytes. */
    private final class Content extends InputStream {
        private boolean isClosed;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            Objects.checkFromIndexSize(at, length, into.length);
            if (content != this) {
                throw new IOException("the archive has been read beyond this entry");
            }
            if (failure != null) {
                throw failure;
            }
            if (isClosed || left == 0) {
                return length == 0 ? 0 : -1;
            }
            if (length == 0) {
                return 0;
            }
            try {
                int count = in.read(into, at, (int) Math.min(length, left), left);
                left -= count;
                return count;
            } catch (Flaw e) {
                throw failed(in.offset(), e);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}

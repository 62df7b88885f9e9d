package dev.estiba.content.tar;

import java.util.List;
import java.util.Optional;

/** One entry of an archive: metadata, and what the kind of file adds. Only a regular file has content. */
public sealed interface TarEntry {
    TarMetadata metadata();

    /** The entry's name. */
    default TarBytes name() {
        return metadata().name();
    }

    /**
     * @param size of the file
     * @param data of a sparse file: where its stored bytes belong, in order, without overlap, none of them empty; all else of
     *     it is zeros. Empty when the archive stores the whole file
     */
    record RegularFile(TarMetadata metadata, long size, Optional<List<Segment>> data) implements TarEntry {
        public RegularFile {
            data = data.map(List::copyOf);
            if (size < 0) {
                throw new IllegalArgumentException("a file of " + size + " bytes");
            }
            long end = 0;
            for (Segment segment : data.orElse(List.of())) {
                if (segment.offset() < end || segment.length() > size - segment.offset()) {
                    throw new IllegalArgumentException(segment + " does not follow " + end + " within " + size);
                }
                end = segment.offset() + segment.length();
            }
        }

        /** A file whose bytes are all stored. */
        public RegularFile(TarMetadata metadata, long size) {
            this(metadata, size, Optional.empty());
        }

        /** How many bytes the archive stores, one segment after the other. */
        public long stored() {
            return data.map(all -> all.stream().mapToLong(Segment::length).sum())
                    .orElse(size);
        }
    }

    /** A further name of a file that an earlier entry has made. */
    record HardLink(TarMetadata metadata, TarBytes target) implements TarEntry {
        public HardLink {
            checkTarget(metadata, target);
        }
    }

    record SymbolicLink(TarMetadata metadata, TarBytes target) implements TarEntry {
        public SymbolicLink {
            checkTarget(metadata, target);
        }
    }

    record Directory(TarMetadata metadata) implements TarEntry {}

    record CharacterDevice(TarMetadata metadata, int major, int minor) implements TarEntry {
        public CharacterDevice {
            checkDevice(metadata, major, minor);
        }
    }

    record BlockDevice(TarMetadata metadata, int major, int minor) implements TarEntry {
        public BlockDevice {
            checkDevice(metadata, major, minor);
        }
    }

    record Fifo(TarMetadata metadata) implements TarEntry {}

    /**
     * A part of a sparse file that has bytes.
     *
     * @param offset in the file
     * @param length at least 1
     */
    record Segment(long offset, long length) {
        public Segment {
            if (offset < 0 || length < 1 || offset > Long.MAX_VALUE - length) {
                throw new IllegalArgumentException("a segment of " + length + " bytes at " + offset);
            }
        }
    }

    private static void checkTarget(TarMetadata metadata, TarBytes target) {
        if (target.isEmpty() || target.has(0)) {
            throw new IllegalArgumentException(metadata.name() + " links to " + target);
        }
    }

    private static void checkDevice(TarMetadata metadata, int major, int minor) {
        if (major < 0 || minor < 0) {
            throw new IllegalArgumentException(metadata.name() + " is device " + major + ":" + minor);
        }
    }
}

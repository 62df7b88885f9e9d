package dev.estiba.content.tar;

import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.Segment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Entries of all kinds with values at the edges of what fields hold. */
final class RandomTar {
    private static final int[] LENGTHS = {1, 2, 31, 32, 33, 99, 100, 101, 154, 155, 156, 255, 256, 257, 1000, 4000};
    private static final long[] IDS = {0, 1, 1000, (1 << 21) - 1, 1 << 21, 1L << 31, 0xffff_fffeL};
    private static final long[] SECONDS = {
        0, 1, -1, -2, 1_700_000_000, (1L << 33) - 1, 1L << 33, 1L << 40, -(1L << 40), 31_556_889_864_403_199L
    };
    private static final int[] NANOS = {0, 0, 1, 500_000_000, 999_999_999, 123_456_789};
    private static final int[] NUMBERS = {0, 1, 255, (1 << 21) - 1, 1 << 21, Integer.MAX_VALUE};

    private final SplittableRandom random;

    RandomTar(SplittableRandom random) {
        this.random = random;
    }

    TarEntry entry() {
        TarMetadata metadata = metadata();
        return switch (random.nextInt(9)) {
            case 0 -> new TarEntry.HardLink(metadata, path(256));
            case 1 -> new TarEntry.SymbolicLink(metadata, path(4001));
            case 2 -> new TarEntry.Directory(metadata);
            case 3 -> new TarEntry.CharacterDevice(metadata, number(), number());
            case 4 -> new TarEntry.BlockDevice(metadata, number(), number());
            case 5 -> new TarEntry.Fifo(metadata);
            case 6 -> sparse(metadata);
            default -> new RegularFile(metadata, random.nextInt(3) * 511 + random.nextInt(3));
        };
    }

    private int number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    /** Of whole blocks, which come back as they were written. */
    private RegularFile sparse(TarMetadata metadata) {
        List<Segment> segments = new ArrayList<>();
        long at = 0;
        for (int i = random.nextInt(40); i > 0; i--) {
            at += random.nextInt(3) * (random.nextBoolean() ? 4096L : 1L << 40);
            Segment segment = new Segment(at, 512L * (1 + random.nextInt(2)));
            segments.add(segment);
            at += segment.length();
        }
        if (random.nextBoolean()) {
            segments.add(new Segment(at, 7));
            return new RegularFile(metadata, at + 7, Optional.of(segments));
        }
        return new RegularFile(metadata, at + random.nextInt(2) * 5000L, Optional.of(segments));
    }

    private TarMetadata metadata() {
        LinkedHashMap<TarBytes, TarBytes> attributes = new LinkedHashMap<>();
        for (int i = Math.max(0, random.nextInt(8) - 4); i > 0; i--) {
            attributes.put(bytes(1 + random.nextInt(255), 1), bytes(random.nextInt(3) * 90, 0));
        }
        return new TarMetadata(
                path(256),
                random.nextInt(010000),
                IDS[random.nextInt(IDS.length)],
                IDS[random.nextInt(IDS.length)],
                bytes(LENGTHS[random.nextInt(5)] - 1, 1),
                bytes(LENGTHS[random.nextInt(5)] - 1, 1),
                time(),
                random.nextInt(4) == 0 ? Optional.of(time()) : Optional.empty(),
                attributes);
    }

    private Instant time() {
        return Instant.ofEpochSecond(SECONDS[random.nextInt(SECONDS.length)], NANOS[random.nextInt(NANOS.length)]);
    }

    /** With a slash at the latest after so many bytes that are none. */
    private TarBytes path(int part) {
        byte[] path = bytes(LENGTHS[random.nextInt(LENGTHS.length)], 1).toArray();
        int since = 0;
        for (int i = 0; i < path.length; i++) {
            since++;
            if (path[i] == '/' || since == part || random.nextInt(60) == 0) {
                path[i] = '/';
                since = 0;
            }
        }
        return TarBytes.of(path);
    }

    private TarBytes bytes(int length, int least) {
        byte[] bytes = new byte[length];
        boolean isText = random.nextBoolean();
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (isText ? " =%/ab\n9".charAt(random.nextInt(8)) : random.nextInt(least, 256));
        }
        return TarBytes.of(bytes);
    }

    /** As many bytes as the archive stores of an entry. */
    byte[] content(TarEntry entry) {
        byte[] content = new byte[entry instanceof RegularFile file ? Math.toIntExact(file.stored()) : 0];
        random.nextBytes(content);
        return content;
    }
}

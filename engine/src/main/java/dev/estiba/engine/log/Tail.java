package dev.estiba.engine.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Where the last entries of a log file begin, looked for from its end, so that a long log is not read for its last line.
 *
 * @param entries how many there are from there on
 */
record Tail(long start, long entries) {
    private static final int BLOCK = 1 << 16;

    /** An entry without its line feed, which is still being written, is not counted; it follows the others. */
    static Tail of(Path path, long most) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] block = new byte[BLOCK];
            long feeds = 0;
            for (long end = file.length(); end > 0; ) {
                long begin = Math.max(0, end - BLOCK);
                int length = (int) (end - begin);
                file.seek(begin);
                file.readFully(block, 0, length);
                for (int i = length - 1; i >= 0; i--) {
                    // The one line feed more is that of the entry before.
                    if (block[i] == '\n' && ++feeds > most) {
                        return new Tail(begin + i + 1, most);
                    }
                }
                end = begin;
            }
            return new Tail(0, feeds);
        }
    }
}

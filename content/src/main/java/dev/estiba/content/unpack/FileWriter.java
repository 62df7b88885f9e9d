package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarEntry.RegularFile;
import dev.estiba.content.tar.TarEntry.Segment;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileData;
import dev.estiba.linux.Sync;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Writes the contents of files; holes stay holes. */
final class FileWriter {
    /** Below it a call costs more than it brings. */
    private static final long BEGINS_FROM = 128 << 10;

    private static final long STRETCH = 8 << 20;

    private final CallMemory memory;
    private final byte[] buffer = new byte[Exchange.BUFFER];
    private long written;

    FileWriter(CallMemory memory) {
        this.memory = memory;
    }

    /** How many bytes, in all files. */
    long written() {
        return written;
    }

    void write(RegularFile entry, Fd file, InputStream content) throws IOException {
        List<Segment> segments = entry.data().orElse(List.of());
        if (entry.data().isEmpty()) {
            copy(file, 0, entry.size(), content);
            return;
        }
        long end = 0;
        for (Segment segment : segments) {
            copy(file, segment.offset(), segment.length(), content);
            end = segment.offset() + segment.length();
        }
        if (end < entry.size()) {
            FileData.truncate(memory, file, entry.size());
        }
    }

    private void copy(Fd file, long offset, long length, InputStream content) throws IOException {
        for (long done = 0; done < length; ) {
            int count = content.readNBytes(buffer, 0, (int) Math.min(buffer.length, length - done));
            if (count == 0) {
                throw new IOException("a file's content has ended before its entry says");
            }
            FileData.write(memory, file, offset + done, buffer, 0, count);
            done += count;
            written += count;
            if (done == length ? length >= BEGINS_FROM : done % STRETCH == 0) {
                long from = Math.max(0, done - STRETCH);
                Sync.begin(file, offset + from, done - from);
            }
        }
    }
}

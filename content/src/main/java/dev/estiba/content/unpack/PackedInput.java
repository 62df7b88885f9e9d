package dev.estiba.content.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** The packed bytes on their way: counted. Closing it does nothing: the stream is another's. */
final class PackedInput extends InputStream {
    private final InputStream in;
    private final LongConsumer progress;
    private long count;

    PackedInput(InputStream in, LongConsumer progress) {
        this.in = in;
        this.progress = progress;
    }

    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        int read = in.read(into, from, length);
        if (read > 0) {
            count += read;
            progress.accept(count);
        }
        return read;
    }
}

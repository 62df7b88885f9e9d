package dev.estiba.content.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how much was read. */
final class CountedInput extends FilterInputStream {
    private final LongConsumer listener;
    private long count;

    CountedInput(InputStream in, LongConsumer listener) {
        super(in);
        this.listener = listener;
    }

    @Override
    public int read() throws IOException {
        int one = in.read();
        count(one < 0 ? 0 : 1);
        return one;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, length);
        count(Math.max(n, 0));
        return n;
    }

    private void count(int n) {
        if (n > 0) {
            count += n;
            listener.accept(count);
        }
    }
}

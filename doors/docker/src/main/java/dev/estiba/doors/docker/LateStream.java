package dev.estiba.doors.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * An answer that begins with its first byte: until then it may still become a refusal. One that may have nothing to say for long
 * begins after a moment, in which a refusal would have come. Safe for all threads.
 */
final class LateStream extends OutputStream {
    /** In milliseconds. */
    private static final long MOMENT = 100;

    private final Exchange exchange;
    private final String contentType;

    // Guarded by this.
    private Optional<OutputPipe> opened = Optional.empty();
    private boolean isClosed;

    private LateStream(Exchange exchange, String contentType) {
        this.exchange = exchange;
        this.contentType = contentType;
    }

    static LateStream of(Exchange exchange, String contentType) {
        return new LateStream(exchange, contentType);
    }

    static LateStream soon(Exchange exchange, String contentType) {
        LateStream stream = new LateStream(exchange, contentType);
        exchange.inMoment(MOMENT, stream::begin);
        return stream;
    }

    private synchronized OutputPipe stream() throws IOException {
        if (isClosed) {
            throw new ClientGone();
        }
        if (opened.isEmpty()) {
            opened = Optional.of(exchange.stream(contentType));
        }
        return opened.get();
    }

    /** There may be nothing to say, and that is said. */
    synchronized void begin() {
        if (!isClosed && opened.isEmpty()) {
            opened = Optional.of(exchange.stream(contentType));
        }
    }

    @Override
    public void write(int one) throws IOException {
        stream().write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        stream().write(bytes, offset, count);
    }

    /** It does not begin any more; the exchange ends what has begun. */
    @Override
    public synchronized void close() {
        isClosed = true;
    }
}

package dev.estiba.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An answer's body as it arrives, with a time for the next byte: the JDK's own timeout ends with the head (JDK-8208693). Read by
 * one thread; closed by any.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<BodyStream>, Transfers.Running {
    /** Pieces that are asked for ahead of the reader; each is a buffer of the JDK's, 16 KiB. */
    private static final int AHEAD = 4;

    private sealed interface Piece {
        record Bytes(Iterator<ByteBuffer> buffers) implements Piece {}

        record End() implements Piece {}

        record Failed(Throwable why) implements Piece {}
    }

    private final Patience patience;
    private final Transfers transfers;
    private final String from;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private volatile boolean closed;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private @Nullable Piece last;
    private Iterator<ByteBuffer> buffers = List.<ByteBuffer>of().iterator();
    private long waited;
    private long arrived;

    BodyStream(Patience patience, Transfers transfers, String from) {
        this.patience = patience;
        this.transfers = transfers;
        this.from = from;
    }

    // What the client calls, on its threads

    @Override
    public CompletionStage<BodyStream> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (!subscription.complete(given) || closed) {
            given.cancel();
            return;
        }
        given.request(AHEAD);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        pieces.add(new Piece.Bytes(item.iterator()));
    }

    @Override
    public void onError(Throwable why) {
        pieces.add(new Piece.Failed(why));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece.End());
    }

    // What the reader calls

    @Override
    public int read() throws IOException {
        return fill() ? current.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, current.remaining());
        current.get(to, offset, count);
        return count;
    }

    /** Waits for a byte; false at the end. */
    private boolean fill() throws IOException {
        while (!current.hasRemaining()) {
            if (closed) {
                throw new IOException("the answer from " + from + " is closed");
            }
            if (buffers.hasNext()) {
                current = buffers.next();
                arrived += current.remaining();
                continue;
            }
            Piece piece = last != null ? last : take();
            switch (piece) {
                case Piece.Bytes(Iterator<ByteBuffer> more) -> {
                    buffers = more;
                    subscription.join().request(1);
                }
                case Piece.End end -> {
                    last = end;
                    transfers.remove(this);
                    return false;
                }
                case Piece.Failed(Throwable why) -> {
                    last = piece;
                    transfers.remove(this);
                    throw new TransferFailure("the answer from " + from + " broke off: " + Failures.reason(why), why);
                }
            }
        }
        return true;
    }

    private Piece take() throws IOException {
        Piece piece = pieces.poll();
        if (piece != null) {
            return piece;
        }
        long start = System.nanoTime();
        try {
            piece = pieces.poll(patience.stall().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            end();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading from " + from);
        }
        if (piece == null) {
            end();
            throw new TransferFailure(
                    from + " has sent nothing for " + patience.stall().toMillis() / 1000.0 + " seconds");
        }
        waited += System.nanoTime() - start;
        checkSpeed();
        return piece;
    }

    private void checkSpeed() throws TransferFailure {
        if (waited < patience.window().toNanos()) {
            return;
        }
        if (arrived < patience.leastBytes()) {
            end();
            throw new TransferFailure(from + " has sent only " + arrived + " bytes in " + waited / 1_000_000_000.0
                    + " seconds of waiting");
        }
        waited = 0;
        arrived = 0;
    }

    /** What was not read is given up, with the connection. */
    @Override
    public void close() {
        boolean done = last != null;
        transfers.remove(this);
        if (!closed && !done) {
            end();
        }
        closed = true;
    }

    @Override
    public void end() {
        closed = true;
        pieces.add(new Piece.Failed(new IOException("the transfer was ended")));
        subscription.thenAccept(Flow.Subscription::cancel).isDone();
    }
}

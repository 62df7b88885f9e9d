package dev.estiba.doors.docker;

import dev.estiba.api.Attachment;
import dev.estiba.api.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The streams of a process that a test is. */
final class FakeAttachment implements Attachment {
    private static final long PATIENCE = 60;

    private final BlockingQueue<Optional<Output>> output = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream input = new ByteArrayOutputStream();
    final CountDownLatch inputEnded = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicLong taken = new AtomicLong();
    volatile CountDownLatch reads = new CountDownLatch(0);

    void print(OutputStreamName stream, String text) {
        output.add(Optional.of(new Output(stream, text.getBytes(StandardCharsets.UTF_8))));
    }

    void end() {
        output.add(Optional.empty());
    }

    @Override
    public Optional<Output> next() throws IOException {
        try {
            Optional<Output> next = output.take();
            next.ifPresent(each -> taken.addAndGet(each.bytes().length));
            return next;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        try {
            if (!reads.await(PATIENCE, TimeUnit.SECONDS)) {
                throw new IOException("nobody lets it read");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        synchronized (input) {
            input.writeBytes(bytes);
        }
    }

    String input() {
        synchronized (input) {
            return input.toString(StandardCharsets.UTF_8);
        }
    }

    @Override
    public void closeInput() {
        inputEnded.countDown();
    }

    @Override
    public void close() {
        closed.countDown();
        output.add(Optional.empty());
    }
}

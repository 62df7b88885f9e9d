package dev.estiba.cli.copy;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/** An archive on its way from who writes it, by a thread of its own, to who reads it. */
final class ArchivePipe {
    private static final int BUFFER = 256 << 10;

    /** One end of it. */
    @FunctionalInterface
    interface End<S> {
        void run(S stream) throws IOException;
    }

    private ArchivePipe() {}

    /**
     * Runs both ends to their end.
     *
     * @param reader reads all that is written, unless it fails
     * @param progress hears how many bytes have been read
     * @throws IOException what one of them has failed with; the other one fails for it
     */
    static void run(End<OutputStream> writer, End<InputStream> reader, LongConsumer progress) throws IOException {
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean isRead = new AtomicBoolean();
        PipedInputStream in = new PipedInputStream(BUFFER);
        PipedOutputStream out = new PipedOutputStream(in);
        // What has failed is written down before the other end can notice.
        Thread writing = Thread.ofPlatform().name("copy").daemon().start(() -> {
            try {
                writer.run(out);
            } catch (IOException | RuntimeException e) {
                if (!isRead.get()) {
                    failures.add(e);
                }
            } finally {
                close(out);
            }
        });
        try {
            reader.run(counted(in, progress));
            isRead.set(true);
        } catch (IOException | RuntimeException e) {
            failures.add(e);
        } finally {
            close(in);
        }
        await(writing);
        Exception first = failures.peek();
        if (first instanceof IOException e) {
            throw e;
        }
        if (first instanceof RuntimeException e) {
            throw e;
        }
    }

    private static void close(Closeable end) {
        try {
            end.close();
        } catch (IOException e) {
            return; // nobody reads any more, and that has its own reason
        }
    }

    private static void await(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the copy was interrupted");
        }
    }

    private static InputStream counted(InputStream in, LongConsumer progress) {
        return new FilterInputStream(in) {
            private long count;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int n = super.read(into, from, length);
                count += Math.max(n, 0);
                progress.accept(count);
                return n;
            }
        };
    }
}

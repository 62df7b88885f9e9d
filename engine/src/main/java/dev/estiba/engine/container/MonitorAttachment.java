package dev.estiba.engine.container;

import dev.estiba.api.Attachment;
import dev.estiba.api.OutputStreamName;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/** An attachment that is a monitor's client; what it is to begin with comes before. */
final class MonitorAttachment implements Attachment {
    private final Optional<AttachClient> client;
    private final Queue<Output> before;
    private final Consumer<Optional<AttachFrame.Exit>> atEnd;
    private volatile boolean over;
    private volatile boolean closed;

    /** @param client owned; none: what comes before is all */
    MonitorAttachment(Optional<AttachClient> client, Queue<Output> before) {
        this(client, before, _ -> {});
    }

    /**
     * @param atEnd is told how the process has ended before whoever reads is told that its output has; empty when the
     *     monitor has gone without a word
     */
    MonitorAttachment(Optional<AttachClient> client, Queue<Output> before, Consumer<Optional<AttachFrame.Exit>> atEnd) {
        this.client = client;
        this.before = new ArrayDeque<>(before);
        this.atEnd = atEnd;
    }

    @Override
    public Optional<Output> next() throws IOException {
        Output first = before.poll();
        if (first != null) {
            return Optional.of(first);
        }
        while (client.isPresent() && !over) {
            Optional<AttachFrame> frame = client.get().next();
            if (frame.isEmpty()) {
                return ended(Optional.empty());
            }
            if (frame.get() instanceof AttachFrame.Exit exit) {
                return ended(Optional.of(exit));
            }
            if (frame.get() instanceof AttachFrame.Output(AttachFrame.Stream stream, byte[] bytes)) {
                return Optional.of(new Output(
                        stream == AttachFrame.Stream.STDOUT ? OutputStreamName.STDOUT : OutputStreamName.STDERR,
                        bytes));
            }
        }
        return Optional.empty();
    }

    private Optional<Output> ended(Optional<AttachFrame.Exit> exit) {
        over = true;
        if (!closed) {
            atEnd.accept(exit);
        }
        return Optional.empty();
    }

    @Override
    public void write(byte[] input) throws IOException {
        if (client.isPresent()) {
            unlessGone(() -> client.get().write(input));
        }
    }

    @Override
    public void closeInput() throws IOException {
        if (client.isPresent()) {
            unlessGone(() -> client.get().closeInput());
        }
    }

    private interface Sending {
        void send() throws IOException;
    }

    /** Input for a process that has just ended is nobody's mistake. */
    private static void unlessGone(Sending sending) throws IOException {
        try {
            sending.send();
        } catch (ErrnoException e) {
            if (!e.is(Errno.EPIPE) && !e.is(Errno.ECONNRESET)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        client.ifPresent(AttachClient::close);
    }
}

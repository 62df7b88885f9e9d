package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressLine;
import dev.estiba.api.ProgressSink;
import java.io.IOException;
import java.util.Optional;

/**
 * How far a transfer is, as JSON lines. The answer begins with the first of them: what fails before is an answer of its own, and what
 * fails after is the last line. A client that does not read makes the transfer wait, but not for lines that only count.
 */
final class ProgressStream implements ProgressSink {
    private static final String TYPE = "application/json";

    private final Exchange exchange;
    private final Words words;

    // Guarded by this.
    private Optional<OutputPipe> pipe = Optional.empty();
    private Optional<byte[]> held = Optional.empty();
    private boolean holdsFirst;

    /** How sentences about the whole are said. */
    enum Words {
        STATUS,
        /** As {@code load} says them. */
        STREAM
    }

    interface Transfer {
        void run(ProgressSink to) throws IOException;
    }

    private ProgressStream(Exchange exchange, Words words, boolean holdsFirst) {
        this.exchange = exchange;
        this.words = words;
        this.holdsFirst = holdsFirst;
    }

    static void run(Exchange exchange, Words words, Transfer transfer) throws IOException {
        run(new ProgressStream(exchange, words, false), transfer);
    }

    /** The first line says what is going to be tried: it waits for the second, and what fails before is an answer of its own. */
    static void runAfterFirst(Exchange exchange, Transfer transfer) throws IOException {
        run(new ProgressStream(exchange, Words.STATUS, true), transfer);
    }

    private static void run(ProgressStream to, Transfer transfer) throws IOException {
        try {
            transfer.run(to);
        } catch (IOException e) {
            to.fail(e);
            return;
        }
        to.pipe();
    }

    private synchronized OutputPipe pipe() {
        if (pipe.isEmpty()) {
            OutputPipe opened = exchange.stream(TYPE);
            held.ifPresent(opened::offer);
            pipe = Optional.of(opened);
        }
        return pipe.get();
    }

    private void fail(IOException why) throws IOException {
        synchronized (this) {
            if (pipe.isEmpty()) {
                throw why;
            }
        }
        String message = why instanceof ApiException refused ? refused.message() : Work.reason(why);
        var unused = write(pipe(), line(new ProgressLine.Failed(message)));
    }

    @Override
    public void tell(Progress progress) {
        byte[] line = line(
                words == Words.STREAM && progress.id().isEmpty()
                        ? new ProgressLine.Said(progress.status() + "\n")
                        : new ProgressLine.Told(progress));
        synchronized (this) {
            if (holdsFirst) {
                holdsFirst = false;
                held = Optional.of(line);
                return;
            }
        }
        OutputPipe to = pipe();
        if (progress.current() > 0) {
            var unused = to.offer(line);
        } else {
            var unused = write(to, line);
        }
    }

    /** False when the client has gone: then the transfer is interrupted, and fails by that. */
    private static boolean write(OutputPipe to, byte[] line) {
        try {
            to.write(line);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte[] line(ProgressLine line) {
        byte[] json = Body.PROGRESS_LINE.write(line, Layout.COMPACT);
        byte[] whole = java.util.Arrays.copyOf(json, json.length + 2);
        whole[json.length] = '\r';
        whole[json.length + 1] = '\n';
        return whole;
    }
}

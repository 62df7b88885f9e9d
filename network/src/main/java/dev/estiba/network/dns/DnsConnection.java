package dev.estiba.network.dns;

import dev.estiba.linux.Fd;
import dev.estiba.linux.InetSocket;
import dev.estiba.network.EventLoop;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A caller of a resolver by TCP (RFC 7766): questions with their length before them, one after the other, each with some time. */
final class DnsConnection implements EventLoop.Handler {
    private static final Logger LOG = System.getLogger(DnsConnection.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LONGEST_QUESTION = 4096;

    private final EventLoop loop;
    private final Fd caller;
    private final BiConsumer<byte[], Consumer<byte[]>> answering;
    private final Consumer<DnsConnection> ended;
    private Optional<EventLoop.Registration> registration = Optional.empty();
    private Optional<EventLoop.Timer> timer = Optional.empty();
    private byte[] input = new byte[0];
    private byte[] output = new byte[0];
    private int written;
    private boolean isAnswering;
    private boolean isClosed;

    DnsConnection(
            EventLoop loop, Fd caller, BiConsumer<byte[], Consumer<byte[]>> answering, Consumer<DnsConnection> ended) {
        this.loop = loop;
        this.caller = caller;
        this.answering = answering;
        this.ended = ended;
    }

    void begin() throws IOException {
        registration = Optional.of(loop.register(caller, this, true, false));
        restartTimer();
    }

    private void restartTimer() {
        timer.ifPresent(EventLoop.Timer::cancel);
        timer = Optional.of(loop.after(PATIENCE, this::close));
    }

    @Override
    public void ready(boolean readable, boolean writable) throws IOException {
        if (written < output.length) {
            written += InetSocket.write(caller, output, written);
        } else if (!isAnswering) {
            Optional<byte[]> read = InetSocket.read(caller, LONGEST_QUESTION + 2);
            if (read.isPresent() && read.get().length == 0) {
                close();
                return;
            }
            append(read.orElse(new byte[0]));
        } else {
            // Nothing was waited for: the caller has gone.
            close();
            return;
        }
        goOn();
    }

    private void append(byte[] more) throws IOException {
        int before = input.length;
        if (before + more.length > 2 * (LONGEST_QUESTION + 2)) {
            throw new IOException("a caller of the resolver sends more than questions");
        }
        input = Arrays.copyOf(input, before + more.length);
        System.arraycopy(more, 0, input, before, more.length);
    }

    private void goOn() throws IOException {
        boolean isWritten = written == output.length;
        if (isWritten && !isAnswering && input.length >= 2) {
            int length = DnsQuery.u16(input, 0);
            if (length > LONGEST_QUESTION) {
                throw new IOException("a question of " + length + " bytes");
            }
            if (input.length >= 2 + length) {
                byte[] question = Arrays.copyOfRange(input, 2, 2 + length);
                input = Arrays.copyOfRange(input, 2 + length, input.length);
                isAnswering = true;
                restartTimer();
                registration.orElseThrow().await(false, false);
                // May answer at once, and go on from there.
                answering.accept(question, this::answer);
                return;
            }
        }
        if (!isClosed) {
            registration.orElseThrow().await(isWritten && !isAnswering, !isWritten);
        }
    }

    private void answer(byte[] message) {
        if (isClosed) {
            return;
        }
        isAnswering = false;
        output = Exchange.framed(message);
        written = 0;
        try {
            written = InetSocket.write(caller, output, 0);
            // Questions that wait are answered when this one's answer has gone, and not from within it.
            registration.orElseThrow().await(written == output.length, written < output.length);
            if (written == output.length && input.length > 0) {
                loop.execute(this::resume);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private void resume() {
        try {
            if (!isClosed) {
                goOn();
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    @Override
    public void failed(Throwable cause) {
        LOG.log(Level.DEBUG, "a caller of a resolver has gone", cause);
        close();
    }

    void close() {
        if (!isClosed) {
            isClosed = true;
            timer.ifPresent(EventLoop.Timer::cancel);
            registration.ifPresent(EventLoop.Registration::cancel);
            caller.close();
            ended.accept(this);
        }
    }
}

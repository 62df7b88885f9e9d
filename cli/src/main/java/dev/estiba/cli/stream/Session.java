package dev.estiba.cli.stream;

import dev.estiba.api.Attachment;
import dev.estiba.api.OutputStreamName;
import dev.estiba.cli.Caller;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.flag.BadValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A caller attached to a process in a container. Output is written by the thread that calls {@link #run}, input is read
 * by a thread of its own, which ends with the session. The caller's terminal is put back whatever happens.
 */
public final class Session {
    private static final int CHUNK = 16 << 10;

    private final Caller caller;
    private final Attachment attachment;
    private final boolean hasInput;
    private final boolean isTerminal;
    private final DetachKeys keys;
    private volatile boolean isDetached;

    /** How a session ended. */
    public enum End {
        /** The process's output has ended. */
        OUTPUT,
        /** The person typed the detach keys, or has gone. */
        DETACHED,
        /** Nobody reads the caller's output any more. */
        BROKEN_PIPE
    }

    /**
     * @param hasInput pass the caller's input on
     * @param isTerminal the process has a terminal
     * @param detachKeys as the flag has them
     */
    public Session(Caller caller, Attachment attachment, boolean hasInput, boolean isTerminal, String detachKeys)
            throws BadValue {
        this.caller = caller;
        this.attachment = attachment;
        this.hasInput = hasInput;
        this.isTerminal = isTerminal;
        this.keys = new DetachKeys(detachKeys);
    }

    /** Tells the size of the caller's terminal, now and whenever it changes. */
    public static void followSize(Caller caller, Consumer<WindowSize> resize) {
        caller.windowSize().ifPresent(resize);
        caller.onResize(resize);
    }

    /** Passes the streams on until the output ends or the person detaches. */
    public End run() throws IOException {
        boolean isRaw = hasInput && isTerminal && caller.isTerminal(0);
        InputStream in = caller.in();
        Optional<Thread> typist = Optional.empty();
        try {
            // From wherever it is noticed: this thread waits for output, and the typist for room.
            caller.onGone(this::leave);
            if (isRaw) {
                caller.raw(true);
            }
            if (hasInput) {
                typist = Optional.of(
                        Thread.ofPlatform().daemon().name("estiba-stdin").start(() -> passInput(in)));
            }
            End end = passOutput();
            return isDetached || caller.gone() ? End.DETACHED : end;
        } finally {
            caller.onGone(() -> {});
            attachment.close();
            if (typist.isPresent()) {
                in.close();
                typist.get().interrupt();
            }
            if (isRaw) {
                caller.raw(false);
            }
        }
    }

    private End passOutput() throws IOException {
        while (true) {
            Optional<Attachment.Output> next = attachment.next();
            if (next.isEmpty()) {
                return End.OUTPUT;
            }
            Attachment.Output output = next.get();
            OutputStream to = output.stream() == OutputStreamName.STDERR ? caller.err() : caller.out();
            try {
                to.write(output.bytes());
            } catch (IOException nobodyReads) {
                return End.BROKEN_PIPE;
            }
        }
    }

    private void passInput(InputStream in) {
        byte[] typed = new byte[CHUNK];
        try {
            for (int length = in.read(typed); length >= 0; length = in.read(typed)) {
                byte[] through = isTerminal ? keys.filter(typed, length) : Arrays.copyOf(typed, length);
                if (through.length > 0) {
                    attachment.write(through);
                }
                if (isTerminal && keys.isComplete()) {
                    leave();
                    return;
                }
            }
            if (caller.gone()) {
                return; // and the process keeps its input
            }
            if (isTerminal && keys.rest().length > 0) {
                attachment.write(keys.rest());
            }
            attachment.closeInput();
        } catch (IOException ended) {
            return; // either end is closed: then the output ends too, and says how
        }
    }

    /** Ends the session, from any thread; the process goes on. */
    public void leave() {
        isDetached = true;
        attachment.close();
    }
}

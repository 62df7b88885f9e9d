package dev.estiba.doors.docker;

import dev.estiba.api.Attachment;
import java.io.IOException;
import java.util.Optional;

/** A client and the streams of a container's or an exec's process, one being the other's from now on. */
final class AttachedStreams implements Hijack.Input {
    private final Attachment attachment;
    private final Optional<DetachKeys> detachKeys;
    private final boolean closesInput;

    /**
     * @param attachment closed by {@link #serve}
     * @param detachKeys looked for in what the client sends, where that is a terminal's
     * @param closesInput whether the end of what the client sends is the end of the process's input
     */
    AttachedStreams(Attachment attachment, Optional<DetachKeys> detachKeys, boolean closesInput) {
        this.attachment = attachment;
        this.detachKeys = detachKeys;
        this.closesInput = closesInput;
    }

    /**
     * Brings all output to the client; returns at its end, or when one of the two has gone.
     *
     * @param isFramed whether the two streams are told apart
     */
    void serve(Exchange exchange, Hijack.Start start, boolean isFramed) throws IOException {
        // Who waits for output hears nothing of an interrupt, and of its end when the attachment is closed.
        exchange.whenLeft(attachment::close);
        try (attachment;
                OutputPipe pipe = exchange.hijack(start, this)) {
            StdioFrames frames = new StdioFrames(pipe, isFramed);
            for (Optional<Attachment.Output> next = attachment.next(); next.isPresent(); next = attachment.next()) {
                frames.write(next.get().stream(), next.get().bytes());
            }
        }
    }

    @Override
    public boolean bytes(byte[] bytes) throws IOException {
        if (detachKeys.isEmpty()) {
            attachment.write(bytes);
            return true;
        }
        byte[] typed = detachKeys.get().filter(bytes);
        if (typed.length > 0) {
            attachment.write(typed);
        }
        if (detachKeys.get().isComplete()) {
            attachment.close();
            return false;
        }
        return true;
    }

    @Override
    public void end() throws IOException {
        if (detachKeys.isPresent() && detachKeys.get().rest().length > 0) {
            attachment.write(detachKeys.get().rest());
        }
        if (closesInput) {
            attachment.closeInput();
        }
    }
}

package dev.estiba.runtime.planner;

import dev.estiba.runtime.command.EncodedAnswer;
import dev.estiba.runtime.command.PlanMemo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.Optional;

/**
 * One executor's connection: a request, its plan, its continuations; a foreseen one is sent along, and then mostly not asked
 * for. Used by one thread.
 */
public final class Connection {
    private static final int ANSWER_MAGIC = 0x534e4145;
    private static final int USERS = 16 << 10;

    private final ByteChannel channel;
    private final PlanMemo plans;
    private ByteBuffer buffer;

    private record Frame(int kind, Request request) {}

    /** @param buffer for what comes and goes; the caller's again afterwards */
    Connection(ByteChannel channel, PlanMemo plans, ByteBuffer buffer) {
        this.channel = channel;
        this.plans = plans;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** For an answer that was given already: what is left are users. */
    public Connection(ByteChannel channel, PlanMemo plans) {
        this(channel, plans, ByteBuffer.allocate(USERS));
    }

    /** @throws MalformedFrame when the other side is no executor of this build */
    void serve() throws IOException, MalformedFrame {
        Optional<Frame> first = read();
        if (first.isEmpty()) {
            return;
        }
        if (first.get().kind() != Request.COMPILE) {
            throw new MalformedFrame("the first frame is of kind " + first.get().kind());
        }
        EncodedAnswer answer = plans.answer(first.get().request());
        write(answer);
        goOn(answer);
    }

    /**
     * Serves the rest of an answer whose plan the executor has by another way.
     *
     * @throws MalformedFrame when the other side is no executor of this build
     */
    public void goOn(EncodedAnswer first) throws IOException, MalformedFrame {
        EncodedAnswer answer = first;
        while (answer.next().isPresent()) {
            Optional<Frame> more = read();
            if (more.isEmpty()) {
                return;
            }
            answer = answer.next().get().with(more.get().request());
            write(answer);
        }
    }

    private void write(EncodedAnswer answer) throws IOException {
        ByteBuffer out = answer.foreseeing(Request.HEADER, buffer);
        out.putInt(0, ANSWER_MAGIC);
        out.putShort(4, (short) Request.VERSION).putShort(6, (short) Request.COMPILE);
        out.putInt(8, out.limit() - Request.HEADER).putInt(12, 0);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /** Empty at the end of the connection, wherever it comes. */
    private Optional<Frame> read() throws IOException, MalformedFrame {
        ByteBuffer in = buffer.clear();
        if (!fill(Request.HEADER)) {
            return Optional.empty();
        }
        int magic = in.getInt(0);
        int version = in.getShort(4);
        int kind = in.getShort(6);
        int length = in.getInt(8);
        int count = in.getInt(12);
        if (magic != Request.MAGIC
                || version != Request.VERSION
                || length < 0
                || length > Request.MAX_BODY
                || count < 0) {
            throw new MalformedFrame("a frame's header is not of this version");
        }
        if (!fill(Request.HEADER + length)) {
            return Optional.empty();
        }
        ByteBuffer body = buffer.slice(Request.HEADER, length).order(ByteOrder.LITTLE_ENDIAN);
        return Optional.of(new Frame(kind, Request.parse(body, count)));
    }

    /** Reads until {@code wanted} bytes are there. An executor sends nothing after a frame before it has its answer. */
    private boolean fill(int wanted) throws IOException {
        if (wanted > buffer.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
            buffer = larger.put(buffer.flip());
        }
        while (buffer.position() < wanted) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}

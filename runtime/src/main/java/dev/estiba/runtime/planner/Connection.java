package dev.estiba.runtime.planner;

import dev.estiba.linux.number.Abi;
import dev.estiba.runtime.command.Answer;
import dev.estiba.runtime.command.OciCommand;
import dev.estiba.runtime.plan.Plan;
import dev.estiba.runtime.plan.PlanEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.util.Optional;

/** One executor's connection: a request, its plan, its continuations. Used by one thread. */
public final class Connection {
    private static final int ANSWER_MAGIC = 0x534e4145;
    private static final int FIRST_READ = 32 << 10;

    private final ByteChannel channel;
    private final OciCommand command;
    private final Abi abi;
    private ByteBuffer in = ByteBuffer.allocate(FIRST_READ).order(ByteOrder.LITTLE_ENDIAN);

    private record Frame(int kind, Request request) {}

    public Connection(ByteChannel channel, OciCommand command, Abi abi) {
        this.channel = channel;
        this.command = command;
        this.abi = abi;
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
        Answer answer = command.answer(first.get().request());
        write(answer.plan());
        goOn(answer);
    }

    /**
     * Serves the rest of an answer whose plan the executor has by another way.
     *
     * @throws MalformedFrame when the other side is no executor of this build
     */
    public void goOn(Answer first) throws IOException, MalformedFrame {
        Answer answer = first;
        while (answer.next().isPresent()) {
            Optional<Frame> more = read();
            if (more.isEmpty()) {
                return;
            }
            answer = command.goOn(answer.next().get(), more.get().request());
            write(answer.plan());
        }
    }

    private void write(Plan plan) throws IOException {
        ByteBuffer out = PlanEncoder.encodeBehind(Request.HEADER, plan, abi);
        out.putInt(0, ANSWER_MAGIC);
        out.putShort(4, (short) Request.VERSION).putShort(6, (short) Request.COMPILE);
        out.putInt(8, out.capacity() - Request.HEADER).putInt(12, 0);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /** Empty at the end of the connection, wherever it comes. */
    private Optional<Frame> read() throws IOException, MalformedFrame {
        in.clear();
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
        ByteBuffer body = in.slice(Request.HEADER, length).order(ByteOrder.LITTLE_ENDIAN);
        return Optional.of(new Frame(kind, Request.parse(body, count)));
    }

    /** Reads until {@code wanted} bytes are there. An executor sends nothing after a frame before it has its answer. */
    private boolean fill(int wanted) throws IOException {
        if (wanted > in.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(wanted).order(ByteOrder.LITTLE_ENDIAN);
            in.flip();
            in = larger.put(in);
        }
        while (in.position() < wanted) {
            if (channel.read(in) < 0) {
                return false;
            }
        }
        return true;
    }
}

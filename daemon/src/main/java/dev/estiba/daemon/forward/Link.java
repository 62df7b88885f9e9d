package dev.estiba.daemon.forward;

import dev.estiba.linux.Fd;
import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The connection to a forwarder. One thread reads at a time; any thread writes. */
final class Link {
    private static final int READ = 16 << 10;
    private static final int MAX_FDS = 16;

    private final UnixSocket socket;
    private final List<Fd> received = new ArrayList<>();
    private byte[] buffer = new byte[READ];
    private int have;

    Link(UnixSocket socket) {
        this.socket = socket;
    }

    /** Whole, one frame at a time; frames are small, so that the socket takes them at once. */
    synchronized void send(ForwardFrame.Kind kind, int... numbers) throws IOException {
        socket.send(ForwardFrame.encode(kind, numbers));
    }

    /** The next frame; empty at the connection's end, wherever it comes. */
    Optional<ForwardFrame> read() throws IOException, MalformedFrame {
        if (!fill(ForwardFrame.HEADER)) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
        int length = head.getInt(8);
        if (head.getInt(0) != ForwardFrame.MAGIC || head.getShort(4) != ForwardFrame.VERSION) {
            throw new MalformedFrame("a frame's header is not of this version");
        }
        if (length < 0 || length > ForwardFrame.MAX_BODY) {
            throw new MalformedFrame("a frame of " + Integer.toUnsignedString(length) + " bytes");
        }
        int kind = Short.toUnsignedInt(head.getShort(6));
        int count = head.getInt(12);
        int end = ForwardFrame.HEADER + length;
        if (!fill(end)) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOfRange(buffer, ForwardFrame.HEADER, end);
        System.arraycopy(buffer, end, buffer, 0, have - end);
        have -= end;
        return Optional.of(new ForwardFrame(kind, count, body));
    }

    /** The descriptors that have come so far; they are the caller's of this method from here on. */
    List<Fd> takeDescriptors() {
        List<Fd> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    private boolean fill(int wanted) throws IOException, MalformedFrame {
        if (wanted > buffer.length) {
            buffer = Arrays.copyOf(buffer, wanted);
        }
        while (have < wanted) {
            UnixSocket.Message more = socket.receive(Math.min(buffer.length - have, READ));
            received.addAll(more.fds());
            if (received.size() > MAX_FDS) {
                takeDescriptors().forEach(Fd::close);
                throw new MalformedFrame("more descriptors than anybody sends");
            }
            if (more.bytes().length == 0) {
                return false;
            }
            System.arraycopy(more.bytes(), 0, buffer, have, more.bytes().length);
            have += more.bytes().length;
        }
        return true;
    }
}

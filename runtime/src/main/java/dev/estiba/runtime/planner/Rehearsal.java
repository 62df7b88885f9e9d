package dev.estiba.runtime.planner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A resident's life in short, with callers of its own: what a training run must have done, or its AOT cache lacks the
 * classes of sockets, threads and frames, and the first caller of every resident waits for 200 of them.
 */
final class Rehearsal {
    private static final int CALLS = 4;

    private Rehearsal() {}

    /** Who serves. */
    interface Resident {
        /** Until nobody has come for a moment. */
        void serve(ServerSocketChannel listener) throws IOException, InterruptedException;
    }

    static void run(Resident resident) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("estiba-rehearsal");
        Path socket = directory.resolve("planner.sock");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Thread callers = Thread.ofPlatform().start(() -> callAll(socket));
            resident.serve(listener);
            callers.join();
        } finally {
            for (String name : List.of("planner.sock", "planner.sock.leaving")) {
                Files.deleteIfExists(directory.resolve(name));
            }
            Files.delete(directory);
        }
    }

    private static void callAll(Path socket) {
        try {
            for (int i = 0; i < CALLS; i++) {
                for (Request request : Warmup.requests("rehearsal-" + (100_000 + i))) {
                    call(socket, request);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void call(Path socket, Request request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(frame(Request.COMPILE, request));
            receive(channel);
            // Who needs no users hangs up.
            channel.write(frame(Request.CONTINUE, Warmup.users()));
            receive(channel);
        } catch (IOException e) {
            assert e.getMessage() != null : "a planner that needed nothing more has hung up first";
        }
    }

    private static void receive(SocketChannel channel) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Request.HEADER).order(ByteOrder.LITTLE_ENDIAN);
        if (fill(channel, head)) {
            fill(channel, ByteBuffer.allocate(head.getInt(8)));
        }
    }

    private static boolean fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer frame(int kind, Request request) {
        int length = 0;
        for (Request.Buffer buffer : request.buffers()) {
            length += 8 + ((buffer.bytes().length + 3) & ~3);
        }
        ByteBuffer out = ByteBuffer.allocate(Request.HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(Request.MAGIC).putShort((short) Request.VERSION).putShort((short) kind);
        out.putInt(length).putInt(request.buffers().size());
        for (Request.Buffer buffer : request.buffers()) {
            out.putInt(buffer.tag().number()).putInt(buffer.bytes().length).put(buffer.bytes());
            out.position((out.position() + 3) & ~3);
        }
        return out.flip();
    }
}

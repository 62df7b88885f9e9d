package dev.estiba.daemon.forward;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Calls of nobody, that say nothing to nobody: they load and compile the classes of real ones. */
public final class Rehearsal {
    private Rehearsal() {}

    /**
     * Calls the program as a forwarder does, over a socket, with /dev/null as stdio.
     *
     * @param calls the arguments of each
     */
    public static void run(CommandProgram program, List<List<String>> calls, Consumer<String> log)
            throws IOException, InterruptedException {
        for (List<String> arguments : calls) {
            try (UnixSocket.Pair pair = UnixSocket.pair(UnixSocket.Kind.STREAM, "a rehearsal");
                    Fd nothing = Open.absolute("/dev/null", new Open.How(Open.READ_WRITE, 0, 0));
                    Fd root = Open.absolute("/", new Open.How(Open.PATH | Open.directoryFlag(), 0, 0))) {
                CallService service = CallService.alone(program, log);
                Thread server = Thread.ofPlatform()
                        .name("rehearsal")
                        .start(() -> service.serve(new CallerConnection(pair.theirs())));
                pair.ours().send(call(arguments), List.of(nothing, nothing, nothing, root, root));
                while (pair.ours().receive(64).bytes().length > 0) {
                    continue; // HELLO, EXIT, and the end
                }
                server.join();
            }
        }
    }

    private static byte[] call(List<String> arguments) {
        List<byte[]> buffers = new ArrayList<>();
        buffers.add(buffer(1, (String.join("\0", arguments) + "\0").getBytes(StandardCharsets.UTF_8)));
        buffers.add(buffer(12, "HOME=/\0PATH=/usr/bin:/bin\0".getBytes(StandardCharsets.UTF_8)));
        buffers.add(buffer(2, new byte[8 * Integer.BYTES]));
        buffers.add(buffer(22, new byte[0]));
        buffers.add(buffer(3, "/".getBytes(StandardCharsets.UTF_8)));
        int length = buffers.stream().mapToInt(buffer -> buffer.length).sum();
        ByteBuffer out = ByteBuffer.allocate(ForwardFrame.HEADER + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(ForwardFrame.MAGIC)
                .putShort((short) ForwardFrame.VERSION)
                .putShort((short) 1)
                .putInt(length)
                .putInt(buffers.size());
        buffers.forEach(out::put);
        return out.array();
    }

    private static byte[] buffer(int tag, byte[] bytes) {
        return ByteBuffer.allocate(2 * Integer.BYTES + (bytes.length + 3 & ~3))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(tag)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }
}

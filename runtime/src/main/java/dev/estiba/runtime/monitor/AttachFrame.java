package dev.estiba.runtime.monitor;

import dev.estiba.linux.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What a monitor says to a client: one message of the attach socket. */
public sealed interface AttachFrame {
    int VERSION = 1;
    int HEAD = 8;
    /** The longest message. */
    int MOST = HEAD + 65536;

    /**
     * The first one.
     *
     * @param start of the process, in clock ticks since the boot
     */
    record Welcome(int pid, boolean terminal, long start) implements AttachFrame {}

    /** What the process has written; a terminal's is all {@link Stream#STDOUT}. */
    record Output(Stream stream, byte[] bytes) implements AttachFrame {}

    /** The process has ended, and this is all that there is of it. */
    record Exit(ExitStatus status) implements AttachFrame {}

    /**
     * The answer to what was asked for.
     *
     * @param errno 0: it is done
     */
    record Done(int errno) implements AttachFrame {}

    /** One of a newer monitor, to be passed over. */
    record Unknown(int kind) implements AttachFrame {}

    /** Where it was written to. */
    enum Stream {
        STDOUT,
        STDERR
    }

    /** @throws IOException when no monitor says that */
    static AttachFrame parse(byte[] message) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        if (message.length < HEAD || in.getShort(0) == 0 || in.getInt(4) != message.length - HEAD) {
            throw new IOException("a monitor's message of " + message.length + " bytes is no frame");
        }
        int kind = Short.toUnsignedInt(in.getShort(2));
        int length = message.length - HEAD;
        return switch (kind) {
            case 16 -> {
                atLeast(length, 16, kind);
                yield new Welcome(in.getInt(8), (in.getInt(12) & 1) != 0, in.getLong(16));
            }
            case 17 -> new Output(Stream.STDOUT, Arrays.copyOfRange(message, HEAD, message.length));
            case 18 -> new Output(Stream.STDERR, Arrays.copyOfRange(message, HEAD, message.length));
            case 19 -> {
                atLeast(length, 4, kind);
                yield new Exit(ExitStatus.ofWait(in.getInt(8)));
            }
            case 20 -> {
                atLeast(length, 4, kind);
                yield new Done(in.getInt(8));
            }
            default -> new Unknown(kind);
        };
    }

    private static void atLeast(int length, int wanted, int kind) throws IOException {
        if (length < wanted) {
            throw new IOException("a monitor's frame of kind " + kind + " has " + length + " bytes");
        }
    }
}

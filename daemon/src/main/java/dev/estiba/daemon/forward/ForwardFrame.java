package dev.estiba.daemon.forward;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A frame of either side: native/README.md, "The forwarder".
 *
 * @param number its kind; one that {@link Kind} does not know is of a later version and ignored
 * @param count of the buffers in a call
 */
record ForwardFrame(int number, int count, byte[] body) {
    static final int HEADER = 16;
    static final int MAGIC = 0x44574645;
    static final int VERSION = 1;

    /** More than a process can be given as arguments and environment (execve(2)). */
    static final int MAX_BODY = 8 << 20;

    enum Kind {
        CALL(1),
        SIGNAL(2),
        SIZE(3),
        INPUT(4),
        SETTLED(5),
        EXIT(16),
        RAW(17),
        ELSEWHERE(18),
        WANT(19),
        HELLO(20);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    Optional<Kind> kind() {
        for (Kind kind : Kind.values()) {
            if (kind.number == number) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** A frame of this side: its numbers are all that it says. */
    static byte[] encode(Kind kind, int... numbers) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + Integer.BYTES * numbers.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putShort((short) VERSION)
                .putShort((short) kind.number)
                .putInt(Integer.BYTES * numbers.length)
                .putInt(0);
        for (int number : numbers) {
            out.putInt(number);
        }
        return out.array();
    }

    ByteBuffer in() {
        return ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
    }
}

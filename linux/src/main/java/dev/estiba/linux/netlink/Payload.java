package dev.estiba.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The body of a message while it is written: a fixed header, then attributes (netlink(7)), each with its length in 16 bits. Whatever
 * does not fit into those is refused: cut to 16 bits, a text of a stranger would become attributes (CVE-2021-43784).
 */
final class Payload {
    private static final int HEADER = 4;
    private static final int LONGEST = 0xffff;
    private static final int NESTED = 0x8000;

    private ByteBuffer bytes = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            int capacity = Math.max(2 * bytes.capacity(), Math.addExact(bytes.position(), more));
            bytes = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), capacity))
                    .order(ByteOrder.nativeOrder())
                    .position(bytes.position());
        }
        return bytes;
    }

    Payload u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    Payload u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    Payload u32(int value) {
        room(4).putInt(value);
        return this;
    }

    Payload be16(int value) {
        room(2).put((byte) (value >> 8)).put((byte) value);
        return this;
    }

    Payload raw(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    Payload attribute(int type, byte[] value) {
        if (value.length > LONGEST - HEADER) {
            throw new IllegalArgumentException(
                    "an attribute of " + value.length + " bytes; netlink has room for " + (LONGEST - HEADER));
        }
        u16(HEADER + value.length).u16(type).raw(value);
        return pad();
    }

    private Payload pad() {
        while (bytes.position() % 4 != 0) {
            u8(0);
        }
        return this;
    }

    Payload attributeU8(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    Payload attributeU16(int type, int value) {
        return attribute(
                type,
                ByteBuffer.allocate(2)
                        .order(ByteOrder.nativeOrder())
                        .putShort((short) value)
                        .array());
    }

    Payload attributeU32(int type, int value) {
        return attribute(
                type,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }

    /** In the network's order, as all of netfilter's are. */
    Payload attributeBe16(int type, int value) {
        return attribute(type, new byte[] {(byte) (value >> 8), (byte) value});
    }

    Payload attributeBe32(int type, int value) {
        return attribute(type, ByteBuffer.allocate(4).putInt(value).array());
    }

    Payload attributeBe64(int type, long value) {
        return attribute(type, ByteBuffer.allocate(8).putLong(value).array());
    }

    /** A text with the NUL that C wants. */
    Payload attribute(int type, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL inside of a name for the kernel: " + text.replace('\0', '?'));
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return attribute(type, Arrays.copyOf(utf8, utf8.length + 1));
    }

    /** An attribute that has attributes. */
    Payload nest(int type, Consumer<Payload> inner) {
        int start = bytes.position();
        u16(0).u16(type | NESTED);
        inner.accept(this);
        int length = bytes.position() - start;
        if (length > LONGEST) {
            throw new IllegalArgumentException(
                    "nested attributes of " + length + " bytes; netlink has room for " + LONGEST);
        }
        bytes.putShort(start, (short) length);
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}

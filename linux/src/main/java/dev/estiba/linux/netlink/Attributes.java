package dev.estiba.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The attributes of an answer. Of several of one type the last counts, as in the kernel. */
public final class Attributes {
    private static final int HEADER = 4;
    private static final int TYPE = 0x3fff;

    private final Map<Integer, byte[]> values;

    private Attributes(Map<Integer, byte[]> values) {
        this.values = values;
    }

    /** One of a list, whose types may all be the same. */
    record Item(int type, byte[] value) {}

    /**
     * Reads attributes.
     *
     * @param from where they begin; may lie behind the end
     * @throws IOException when a length leads out of the bytes
     */
    static Attributes read(byte[] body, int from) throws IOException {
        Map<Integer, byte[]> values = new HashMap<>();
        items(body, from).forEach(item -> values.put(item.type(), item.value()));
        return new Attributes(values);
    }

    static List<Item> items(byte[] body, int from) throws IOException {
        List<Item> items = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder());
        for (int at = from; at + HEADER <= body.length; ) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            if (length < HEADER || length > body.length - at) {
                throw new IOException("an attribute of netlink says it has " + length + " bytes where "
                        + (body.length - at) + " are left");
            }
            byte[] value = new byte[length - HEADER];
            bytes.get(at + HEADER, value);
            items.add(new Item(Short.toUnsignedInt(bytes.getShort(at + 2)) & TYPE, value));
            at += (length + 3) & ~3;
        }
        return items;
    }

    public Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    /** A text up to its NUL. */
    public Optional<String> text(int type) {
        return bytes(type).map(value -> {
            int end = 0;
            while (end < value.length && value[end] != 0) {
                end++;
            }
            return new String(value, 0, end, StandardCharsets.UTF_8);
        });
    }

    /** A number of one, two or four bytes in the machine's order; empty when there is none of that size. */
    public OptionalInt number(int type) {
        return number(type, ByteOrder.nativeOrder());
    }

    /** A number in the network's order. */
    public OptionalInt networkNumber(int type) {
        return number(type, ByteOrder.BIG_ENDIAN);
    }

    private OptionalInt number(int type, ByteOrder order) {
        byte[] value = values.getOrDefault(type, new byte[0]);
        ByteBuffer bytes = ByteBuffer.wrap(value).order(order);
        return switch (value.length) {
            case 1 -> OptionalInt.of(Byte.toUnsignedInt(value[0]));
            case 2 -> OptionalInt.of(Short.toUnsignedInt(bytes.getShort()));
            case 4 -> OptionalInt.of(bytes.getInt());
            default -> OptionalInt.empty();
        };
    }

    /** What an attribute has in it; nothing when it is not there. */
    public Attributes nested(int type) throws IOException {
        return read(values.getOrDefault(type, new byte[0]), 0);
    }

    List<Item> list(int type) throws IOException {
        return items(values.getOrDefault(type, new byte[0]), 0);
    }
}

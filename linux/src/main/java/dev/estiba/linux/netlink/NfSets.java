package dev.estiba.linux.netlink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Sets and maps of nf_tables, and their elements. */
public final class NfSets {
    private static final int NEWSET = NfTables.SUBSYSTEM | 9;
    private static final int NEWELEMENT = NfTables.SUBSYSTEM | 12;
    private static final int GETELEMENT = NfTables.SUBSYSTEM | 13;
    private static final int DELELEMENT = NfTables.SUBSYSTEM | 14;
    private static final int INTERVAL_END = 1;
    private static final int INTERVAL = 4;
    private static final int MAP = 8;
    private static final int CONCATENATION = 0x80;
    private static final int VERDICT_DATA = 0xffffff00;
    private static final int TYPE_BITS = 6;
    private static final int HEADER = 4;
    /** A list of elements is one attribute, of at most 64 KB; an element takes less than 100 bytes. */
    private static final int ELEMENTS_A_MESSAGE = 500;

    private NfSets() {}

    /** What is in a key or a value: its size, and the number by which nft(8) knows how to show it. */
    public enum Type {
        IPV4_ADDRESS(7, 4),
        IPV6_ADDRESS(8, 16),
        LINK_ADDRESS(9, 6),
        TRANSPORT_PROTOCOL(12, 1),
        PORT(13, 2),
        DEVICE_NAME(41, 16);

        private final int number;
        private final int size;

        Type(int number, int size) {
            this.number = number;
            this.size = size;
        }

        /** In registers of four bytes. */
        private int padded() {
            return (size + 3) & ~3;
        }
    }

    /** What a set gives for a key. */
    public enum Gives {
        NOTHING,
        VALUES,
        VERDICTS
    }

    /**
     * A set.
     *
     * @param id unique in the batch that makes it
     * @param key its fields, one after the other
     * @param gives whether it is a set, a map of values or a map of verdicts
     * @param value the fields of its values; none unless it gives values
     * @param hasRanges whether elements may be ranges
     */
    public record Definition(
            NfTables.Table table,
            String name,
            int id,
            List<Type> key,
            Gives gives,
            List<Type> value,
            boolean hasRanges) {
        public Definition {
            key = List.copyOf(key);
            value = List.copyOf(value);
        }

        private int flags() {
            return (hasRanges ? INTERVAL : 0)
                    | (gives == Gives.NOTHING ? 0 : MAP)
                    | (hasRanges && key.size() > 1 ? CONCATENATION : 0);
        }
    }

    /**
     * An element.
     *
     * @param key each field padded to four bytes; of a range the first
     * @param last of a range, the last one of it
     * @param value of a map of values; empty otherwise
     * @param chain that a map of verdicts jumps to
     * @param isEnd whether the range that the element before has begun ends before this key
     */
    public record Element(byte[] key, Optional<byte[]> last, byte[] value, Optional<String> chain, boolean isEnd) {
        /** Of a set. */
        public static Element of(byte[] key) {
            return new Element(key, Optional.empty(), new byte[0], Optional.empty(), false);
        }

        /** Of a map. */
        public static Element of(byte[] key, byte[] value) {
            return new Element(key, Optional.empty(), value, Optional.empty(), false);
        }

        /** A range of a set, or of a map of verdicts, whose keys have one field: two elements, or one when nothing is behind it. */
        public static List<Element> range(byte[] first, byte[] last, Optional<String> chain) {
            Element begin = new Element(first, Optional.empty(), new byte[0], chain, false);
            byte[] behind = last.clone();
            for (int i = behind.length - 1; i >= 0; i--) {
                behind[i]++;
                if (behind[i] != 0) {
                    return List.of(begin, new Element(behind, Optional.empty(), new byte[0], Optional.empty(), true));
                }
            }
            return List.of(begin);
        }

        /** Of a map of verdicts. */
        public static Element jump(byte[] key, String chain) {
            return new Element(key, Optional.empty(), new byte[0], Optional.of(chain), false);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Element it
                    && Arrays.equals(key, it.key)
                    && Arrays.equals(value, it.value)
                    && last.map(Arrays::hashCode).equals(it.last.map(Arrays::hashCode))
                    && chain.equals(it.chain)
                    && isEnd == it.isEnd;
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
        }
    }

    /** Fields one after the other, each padded to four bytes. */
    public static byte[] concatenated(byte[]... fields) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            all.writeBytes(Arrays.copyOf(field, (field.length + 3) & ~3));
        }
        return all.toByteArray();
    }

    private static int type(List<Type> fields) {
        return fields.stream().mapToInt(field -> field.number).reduce(0, (all, next) -> all << TYPE_BITS | next);
    }

    private static int size(List<Type> fields) {
        return fields.size() == 1
                ? fields.getFirst().size
                : fields.stream().mapToInt(Type::padded).sum();
    }

    /** Makes a set. */
    public static Message add(Definition set) {
        Payload body = NfTables.header(set.table().family())
                .attribute(1, set.table().name())
                .attribute(2, set.name())
                .attributeBe32(3, set.flags())
                .attributeBe32(4, type(set.key()))
                .attributeBe32(5, size(set.key()));
        switch (set.gives()) {
            case NOTHING -> {}
            case VALUES -> body.attributeBe32(6, type(set.value())).attributeBe32(7, size(set.value()));
            case VERDICTS -> body.attributeBe32(6, VERDICT_DATA);
        }
        if ((set.flags() & CONCATENATION) != 0) {
            body.nest(
                    9,
                    description -> description.nest(
                            2,
                            fields ->
                                    set.key().forEach(field -> fields.nest(1, it -> it.attributeBe32(1, field.size)))));
        }
        body.attributeBe32(10, set.id());
        if (set.key().equals(List.of(Type.DEVICE_NAME))) {
            body.attribute(13, shownInMachineOrder());
        }
        return Message.of("add the set " + set.name(), NEWSET, Message.CREATE, body);
    }

    /** For nft(8) alone: a type (the key's byte order), a length, and 1 for the machine's; without, it shows no names. */
    private static byte[] shownInMachineOrder() {
        return ByteBuffer.allocate(6)
                .order(ByteOrder.nativeOrder())
                .put((byte) 0)
                .put((byte) Integer.BYTES)
                .putInt(1)
                .array();
    }

    /** Adds elements; those that are there already with the same value stay. */
    public static List<Message> addElements(NfTables.Table table, String set, List<Element> elements) {
        return elementMessages(NEWELEMENT, Message.CREATE, "add elements to ", table, set, elements);
    }

    /** Removes elements, which must be there. */
    public static List<Message> deleteElements(NfTables.Table table, String set, List<Element> elements) {
        return elementMessages(DELELEMENT, 0, "remove elements from ", table, set, elements);
    }

    private static List<Message> elementMessages(
            int type, int flags, String what, NfTables.Table table, String set, List<Element> elements) {
        List<Message> messages = new ArrayList<>();
        for (int from = 0; from < elements.size(); from += ELEMENTS_A_MESSAGE) {
            List<Element> some = elements.subList(from, Math.min(elements.size(), from + ELEMENTS_A_MESSAGE));
            Payload body = NfTables.header(table.family())
                    .attribute(1, table.name())
                    .attribute(2, set)
                    .nest(3, list -> some.forEach(element -> list.nest(1, it -> write(it, element))));
            messages.add(Message.of(what + set, type, flags, body));
        }
        return messages;
    }

    private static void write(Payload it, Element element) {
        it.nest(1, key -> key.attribute(1, element.key()));
        if (element.isEnd()) {
            it.attributeBe32(3, INTERVAL_END);
        }
        element.last().ifPresent(last -> it.nest(10, key -> key.attribute(1, last)));
        if (element.value().length > 0) {
            it.nest(2, value -> value.attribute(1, element.value()));
        }
        element.chain().ifPresent(chain -> it.nest(2, value -> Expressions.jump(value, chain)));
    }

    /** What is in a set; nothing when there is no such set. */
    public static List<Element> elements(NetlinkSocket socket, NfTables.Table table, String set) throws IOException {
        List<Element> elements = new ArrayList<>();
        Payload body =
                NfTables.header(table.family()).attribute(1, table.name()).attribute(2, set);
        for (NetlinkSocket.Reply reply : socket.dump(Message.of("list the elements of " + set, GETELEMENT, 0, body))) {
            for (Attributes.Item item : reply.attributes(HEADER).list(3)) {
                Attributes element = Attributes.read(item.value(), 0);
                Optional<byte[]> key = element.nested(1).bytes(1);
                if (key.isPresent()) {
                    elements.add(new Element(
                            key.get(),
                            element.nested(10).bytes(1),
                            element.nested(2).bytes(1).orElse(new byte[0]),
                            element.nested(2).nested(2).text(2),
                            (element.networkNumber(3).orElse(0) & INTERVAL_END) != 0));
                }
            }
        }
        return elements;
    }
}

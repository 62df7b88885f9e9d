package dev.estiba.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** nf_tables: tables, chains and rules, changed in batches that are carried out whole or not at all; {@link NfSets} has the sets. */
public final class NfTables {
    static final int SUBSYSTEM = 10 << 8;
    private static final int BATCH_BEGIN = 16;
    private static final int BATCH_END = 17;
    private static final int NEWTABLE = SUBSYSTEM;
    private static final int GETTABLE = SUBSYSTEM | 1;
    private static final int DELTABLE = SUBSYSTEM | 2;
    private static final int NEWCHAIN = SUBSYSTEM | 3;
    private static final int GETCHAIN = SUBSYSTEM | 4;
    private static final int DELCHAIN = SUBSYSTEM | 5;
    private static final int NEWRULE = SUBSYSTEM | 6;
    private static final int GETRULE = SUBSYSTEM | 7;
    private static final int DELRULE = SUBSYSTEM | 8;
    private static final int GETGEN = SUBSYSTEM | 16;
    private static final int HEADER = 4;
    private static final int LONGEST_COMMENT = 127;

    private NfTables() {}

    /** The packets that a table sees. */
    public enum Family {
        INET(1),
        IPV4(2),
        BRIDGE(7),
        IPV6(10);

        private final int number;

        Family(int number) {
            this.number = number;
        }

        public int number() {
            return number;
        }

        static Optional<Family> of(int number) {
            for (Family family : values()) {
                if (family.number == number) {
                    return Optional.of(family);
                }
            }
            return Optional.empty();
        }
    }

    /** A table by its name. */
    public record Table(Family family, String name) {}

    /** Where the packets of a base chain come from: NF_INET_*. */
    public enum Hook {
        PREROUTING,
        INPUT,
        FORWARD,
        OUTPUT,
        POSTROUTING
    }

    /** What a base chain may do. */
    public enum Kind {
        FILTER("filter"),
        NAT("nat");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /**
     * A chain as the kernel has it.
     *
     * @param hook empty for one that is only jumped to
     * @param drops whether what no rule has decided is dropped
     */
    public record Chain(Table table, String name, Optional<Hook> hook, int priority, boolean drops) {}

    /** A rule as the kernel has it: where it is, its number, what was written to it. */
    public record Rule(Table table, String chain, long handle, Optional<String> comment) {}

    static Payload header(Family family) {
        return new Payload().u8(family.number()).u8(0).be16(0);
    }

    public static Message addTable(Table table) {
        return Message.of(
                "add the table " + table.name(),
                NEWTABLE,
                Message.CREATE,
                header(table.family()).attribute(1, table.name()));
    }

    /**
     * Adds a table that is this socket's: nobody else changes, flushes or removes it, {@code nft flush ruleset} included. When the socket
     * is closed the table stays, anybody's then (Linux 6.9; EOPNOTSUPP on an older one, and when the table is there already and is
     * anybody's; EPERM when it is another socket's).
     */
    public static Message addOwnTable(Table table) {
        int ownedAndPersistent = 6;
        return Message.of(
                "take the table " + table.name(),
                NEWTABLE,
                Message.CREATE,
                header(table.family()).attribute(1, table.name()).attributeBe32(2, ownedAndPersistent));
    }

    /** Removes a table with all that is in it; it must be there. */
    public static Message deleteTable(Table table) {
        return Message.of(
                "delete the table " + table.name(),
                DELTABLE,
                0,
                header(table.family()).attribute(1, table.name()));
    }

    public static Message addChain(Table table, String chain) {
        return Message.of(
                "add the chain " + chain,
                NEWCHAIN,
                Message.CREATE,
                header(table.family()).attribute(1, table.name()).attribute(3, chain));
    }

    /** Adds a chain that packets come to; what no rule decides goes on. */
    public static Message addBaseChain(Table table, String chain, Kind kind, Hook hook, int priority) {
        int accept = 1;
        return Message.of(
                "add the chain " + chain,
                NEWCHAIN,
                Message.CREATE,
                header(table.family())
                        .attribute(1, table.name())
                        .attribute(3, chain)
                        .nest(4, it -> it.attributeBe32(1, hook.ordinal()).attributeBe32(2, priority))
                        .attributeBe32(5, accept)
                        .attribute(7, kind.word));
    }

    /** Removes a chain that nothing jumps to, with its rules. */
    public static Message deleteChain(Table table, String chain) {
        return Message.of(
                "delete the chain " + chain,
                DELCHAIN,
                0,
                header(table.family()).attribute(1, table.name()).attribute(3, chain));
    }

    /** Adds a rule behind those that are there. */
    public static Message addRule(Table table, String chain, String comment, Expressions expressions) {
        Payload body = header(table.family())
                .attribute(1, table.name())
                .attribute(2, chain)
                .nest(4, expressions::writeTo);
        if (!comment.isEmpty()) {
            body.attribute(7, comment(comment));
        }
        return Message.of(
                "add the rule \"" + comment + "\" to the chain " + chain,
                NEWRULE,
                Message.CREATE | Message.APPEND,
                body);
    }

    /** As nft(8) shows it: a type, a length, the text and a NUL. */
    private static byte[] comment(String comment) {
        byte[] text = comment.getBytes(StandardCharsets.UTF_8);
        if (text.length > LONGEST_COMMENT) {
            throw new IllegalArgumentException("a comment of " + text.length + " bytes");
        }
        return ByteBuffer.allocate(text.length + 3)
                .put((byte) 0)
                .put((byte) (text.length + 1))
                .put(text)
                .array();
    }

    /** Removes all rules of a chain. */
    public static Message flushChain(Table table, String chain) {
        return Message.of(
                "flush the chain " + chain,
                DELRULE,
                0,
                header(table.family()).attribute(1, table.name()).attribute(2, chain));
    }

    /** Carries changes out, all or none. */
    public static void commit(NetlinkSocket socket, List<Message> changes) throws IOException {
        socket.batch(edge(BATCH_BEGIN), changes, edge(BATCH_END));
    }

    private static Message edge(int type) {
        Payload body = new Payload().u8(0).u8(0).be16(SUBSYSTEM >> 8);
        return Message.of("change the firewall", type, 0, body);
    }

    /** A number that each change of the namespace's firewall, whoever makes it, replaces by another. */
    public static int generation(NetlinkSocket socket) throws IOException {
        Message ask = Message.of("ask for the firewall's generation", GETGEN, 0, new Payload().u32(0));
        NetlinkSocket.Reply reply =
                socket.get(ask).orElseThrow(() -> new IOException("the firewall has told no generation"));
        return reply.attributes(HEADER)
                .networkNumber(1)
                .orElseThrow(() -> new IOException("the firewall has told no generation"));
    }

    /** All tables of the namespace. */
    public static List<Table> tables(NetlinkSocket socket) throws IOException {
        List<Table> tables = new ArrayList<>();
        for (NetlinkSocket.Reply reply :
                socket.dump(Message.of("list the firewall's tables", GETTABLE, 0, new Payload().u32(0)))) {
            table(reply, 1).ifPresent(tables::add);
        }
        return tables;
    }

    private static Optional<Table> table(NetlinkSocket.Reply reply, int nameType) throws IOException {
        if (reply.body().length < HEADER) {
            throw new IOException("an answer of nf_tables of " + reply.body().length + " bytes");
        }
        Optional<String> name = reply.attributes(HEADER).text(nameType);
        return Family.of(reply.body()[0]).flatMap(family -> name.map(text -> new Table(family, text)));
    }

    /** All chains of the namespace, whoever has made them. */
    public static List<Chain> chains(NetlinkSocket socket) throws IOException {
        List<Chain> chains = new ArrayList<>();
        for (NetlinkSocket.Reply reply :
                socket.dump(Message.of("list the firewall's chains", GETCHAIN, 0, new Payload().u32(0)))) {
            Optional<Table> table = table(reply, 1);
            Attributes attributes = reply.attributes(HEADER);
            Attributes hook = attributes.nested(4);
            int number = hook.networkNumber(1).orElse(-1);
            boolean isBase = number >= 0 && number < Hook.values().length;
            table.ifPresent(of -> chains.add(new Chain(
                    of,
                    attributes.text(3).orElse(""),
                    isBase ? Optional.of(Hook.values()[number]) : Optional.empty(),
                    hook.networkNumber(2).orElse(0),
                    isBase && attributes.networkNumber(5).orElse(1) == 0)));
        }
        return chains;
    }

    /** The rules of a table. */
    public static List<Rule> rules(NetlinkSocket socket, Table table) throws IOException {
        List<Rule> rules = new ArrayList<>();
        Payload body = header(table.family()).attribute(1, table.name());
        for (NetlinkSocket.Reply reply :
                socket.dump(Message.of("list the rules of " + table.name(), GETRULE, 0, body))) {
            Attributes attributes = reply.attributes(HEADER);
            if (attributes.text(1).filter(table.name()::equals).isPresent()) {
                rules.add(new Rule(
                        table,
                        attributes.text(2).orElse(""),
                        attributes
                                .bytes(3)
                                .filter(it -> it.length == 8)
                                .map(it -> ByteBuffer.wrap(it).getLong())
                                .orElse(0L),
                        attributes.bytes(7).flatMap(NfTables::comment)));
            }
        }
        return rules;
    }

    private static Optional<String> comment(byte[] data) {
        boolean isComment =
                data.length > 2 && data[0] == 0 && Byte.toUnsignedInt(data[1]) <= data.length - 2 && data[1] > 0;
        return isComment
                ? Optional.of(new String(data, 2, Byte.toUnsignedInt(data[1]) - 1, StandardCharsets.UTF_8))
                : Optional.empty();
    }
}

package dev.estiba.linux.netlink;

import dev.estiba.linux.InetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a rule of nf_tables does, from left to right: each expression loads a register, or compares one, or decides. One that does not
 * hold ends the rule. Registers of four bytes are numbered 0 to 15 here; a value takes as many as it needs from its first one on.
 */
public final class Expressions {
    private static final int NAME = 1;
    private static final int DATA = 2;
    private static final int VALUE = 1;
    private static final int VERDICT = 2;
    private static final int CODE = 1;
    private static final int CHAIN = 2;
    private static final int VERDICT_REGISTER = 0;
    private static final int FIRST_REGISTER = 8;
    private static final int INTERFACE_NAME = 16;
    private static final int LINK_HEADER = 0;
    private static final int NETWORK_HEADER = 1;
    private static final int TRANSPORT_HEADER = 2;
    private static final int JUMP = -3;
    private static final int RETURN = -5;

    private final List<Consumer<Payload>> steps = new ArrayList<>();

    /** Facts about a packet: NFT_META_*. */
    public enum Meta {
        /** ETH_P_*, two bytes in the network's order. */
        PROTOCOL(1),
        INPUT_NAME(6),
        OUTPUT_NAME(7),
        /** AF_INET or AF_INET6, one byte. */
        NETWORK_PROTOCOL(15),
        /** TCP, UDP …, one byte. */
        TRANSPORT_PROTOCOL(16);

        private final int key;

        Meta(int key) {
            this.key = key;
        }
    }

    /** What a comparison wants. */
    public enum Comparison {
        EQUAL(0),
        DIFFERENT(1);

        private final int operation;

        Comparison(int operation) {
            this.operation = operation;
        }
    }

    /** What becomes of a packet. */
    public enum Verdict {
        DROP(0),
        ACCEPT(1),
        RETURN(Expressions.RETURN);

        private final int code;

        Verdict(int code) {
            this.code = code;
        }
    }

    /** What the tracked connection of a packet is: bits of NFT_CT_STATE. */
    public static final int ESTABLISHED = 2;

    public static final int RELATED = 4;
    /** IPS_DST_NAT of NFT_CT_STATUS. */
    public static final int DESTINATION_TRANSLATED = 32;

    /** RTN_LOCAL of {@link #addressType}. */
    public static final int LOCAL = 2;

    private Expressions add(String name, Consumer<Payload> data) {
        steps.add(list -> list.nest(1, element -> element.attribute(NAME, name).nest(DATA, data)));
        return this;
    }

    private static int register(int number) {
        return FIRST_REGISTER + number;
    }

    public Expressions meta(Meta meta, int register) {
        return add("meta", data -> data.attributeBe32(1, register(register)).attributeBe32(2, meta.key));
    }

    /** Bytes of the frame's header. */
    public Expressions linkHeader(int offset, int length, int register) {
        return payload(LINK_HEADER, offset, length, register);
    }

    /** Bytes of the network's header. */
    public Expressions networkHeader(int offset, int length, int register) {
        return payload(NETWORK_HEADER, offset, length, register);
    }

    /** Bytes of what the transport's protocol sends. */
    public Expressions transportHeader(int offset, int length, int register) {
        return payload(TRANSPORT_HEADER, offset, length, register);
    }

    /** The port that the packet goes to. */
    public Expressions destinationPort(int register) {
        return payload(TRANSPORT_HEADER, 2, 2, register);
    }

    /** The port that the packet comes from. */
    public Expressions sourcePort(int register) {
        return payload(TRANSPORT_HEADER, 0, 2, register);
    }

    private Expressions payload(int base, int offset, int length, int register) {
        return add(
                "payload",
                data -> data.attributeBe32(1, register(register))
                        .attributeBe32(2, base)
                        .attributeBe32(3, offset)
                        .attributeBe32(4, length));
    }

    /** Which of a packet's two ports. */
    public enum Port {
        SOURCE(0),
        DESTINATION(2);

        private final int offset;

        Port(int offset) {
            this.offset = offset;
        }
    }

    /** Writes a port from a register into the packet itself, and its checksum anew: no connection is tracked for that. */
    public Expressions writePort(Port port, InetSocket.Transport transport, int register) {
        int internetChecksum = 1;
        int checksumAt = switch (transport) {
            case TCP -> 16;
            case UDP -> 6;
            case SCTP -> throw new IllegalArgumentException("SCTP has another checksum");
        };
        return add(
                "payload",
                data -> data.attributeBe32(5, register(register))
                        .attributeBe32(2, TRANSPORT_HEADER)
                        .attributeBe32(3, port.offset)
                        .attributeBe32(4, 2)
                        .attributeBe32(6, internetChecksum)
                        .attributeBe32(7, checksumAt));
    }

    public Expressions compare(int register, Comparison comparison, byte... value) {
        return add(
                "cmp",
                data -> data.attributeBe32(1, register(register))
                        .attributeBe32(2, comparison.operation)
                        .nest(3, it -> it.attribute(VALUE, value)));
    }

    /** Keeps some bits of a register. */
    public Expressions mask(int register, byte[] mask) {
        return add(
                "bitwise",
                data -> data.attributeBe32(1, register(register))
                        .attributeBe32(2, register(register))
                        .attributeBe32(3, mask.length)
                        .nest(4, it -> it.attribute(VALUE, mask))
                        .nest(5, it -> it.attribute(VALUE, new byte[mask.length])));
    }

    public Expressions load(int register, byte[] value) {
        return add(
                "immediate",
                data -> data.attributeBe32(1, register(register)).nest(2, it -> it.attribute(VALUE, value)));
    }

    /** NFT_CT_STATE: four bytes in the machine's order. */
    public Expressions connectionState(int register) {
        return add("ct", data -> data.attributeBe32(1, register(register)).attributeBe32(2, 0));
    }

    /** NFT_CT_STATUS: four bytes in the machine's order. */
    public Expressions connectionStatus(int register) {
        return add("ct", data -> data.attributeBe32(1, register(register)).attributeBe32(2, 2));
    }

    /** What the address is, that the packet goes to, for this host (RTN_*): four bytes in the machine's order. */
    public Expressions addressType(int register) {
        int destination = 2;
        int type = 3;
        return add(
                "fib",
                data -> data.attributeBe32(1, register(register))
                        .attributeBe32(2, type)
                        .attributeBe32(3, destination));
    }

    /** Holds when a set has what is in the registers from that one on. */
    public Expressions isIn(String set, int register) {
        return add("lookup", data -> data.attribute(1, set).attributeBe32(2, register(register)));
    }

    /** Holds when a set has not what is in the registers from that one on. */
    public Expressions isNotIn(String set, int register) {
        int inverted = 1;
        return add(
                "lookup",
                data -> data.attribute(1, set)
                        .attributeBe32(2, register(register))
                        .attributeBe32(5, inverted));
    }

    /** Loads what a map has for the registers from that one on, when it has something. */
    public Expressions map(String map, int register, int into) {
        return add(
                "lookup",
                data -> data.attribute(1, map)
                        .attributeBe32(2, register(register))
                        .attributeBe32(3, register(into)));
    }

    /** Goes where a map of verdicts says. */
    public Expressions verdictOf(String map, int register) {
        return add(
                "lookup",
                data -> data.attribute(1, map)
                        .attributeBe32(2, register(register))
                        .attributeBe32(3, VERDICT_REGISTER));
    }

    /** Sends the connection to the address and the port in those registers. */
    public Expressions translateDestination(int family, int address, int port) {
        int destination = 1;
        return add(
                "nat",
                data -> data.attributeBe32(1, destination)
                        .attributeBe32(2, family)
                        .attributeBe32(3, register(address))
                        .attributeBe32(5, register(port)));
    }

    /** Lets the connection come from the address in that register. */
    public Expressions translateSource(int family, int address) {
        int source = 0;
        return add(
                "nat",
                data -> data.attributeBe32(1, source).attributeBe32(2, family).attributeBe32(3, register(address)));
    }

    /** Lets the connection come from the address of the device that it leaves by. */
    public Expressions masquerade() {
        return add("masq", data -> {});
    }

    public Expressions verdict(Verdict verdict) {
        return decide(it -> it.attributeBe32(CODE, verdict.code));
    }

    public Expressions jump(String chain) {
        return decide(it -> it.attributeBe32(CODE, JUMP).attribute(CHAIN, chain));
    }

    private Expressions decide(Consumer<Payload> verdict) {
        return add(
                "immediate", data -> data.attributeBe32(1, VERDICT_REGISTER).nest(2, it -> it.nest(VERDICT, verdict)));
    }

    /** A verdict as an element's value. */
    static void jump(Payload data, String chain) {
        data.nest(VERDICT, it -> it.attributeBe32(CODE, JUMP).attribute(CHAIN, chain));
    }

    /** A device's name as registers and sets have it: 16 bytes. */
    public static byte[] deviceName(String name) {
        Links.checkName(name);
        return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), INTERFACE_NAME);
    }

    void writeTo(Payload list) {
        steps.forEach(step -> step.accept(list));
    }
}

package dev.estiba.network.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Answers of our own (RFC 1035, 4.1.3). */
final class DnsAnswer {
    /** As Docker's. */
    private static final int TTL_SECONDS = 600;

    /** What we take by a datagram; fits into a packet of every network (DNS flag day 2020). */
    private static final int OUR_LIMIT = 1232;

    private static final int OPT = 41;
    private static final int NAME_OF_QUESTION = 0xc000 | DnsQuery.HEADER;
    private static final int ANSWER = 0x80;
    private static final int RECURSION_DESIRED = 1;
    private static final int RECURSION_AVAILABLE = 0x80;

    private DnsAnswer() {}

    /** That there is nothing, or why not. */
    static byte[] of(DnsQuery query, int code) {
        return message(query, code, List.of());
    }

    /** To a message that is no question: its id, and the code. */
    static byte[] refusal(byte[] message, int code) {
        byte[] answer = new byte[DnsQuery.HEADER];
        answer[0] = message[0];
        answer[1] = message[1];
        answer[2] = (byte) (ANSWER | message[2] & 0x79);
        answer[3] = (byte) (RECURSION_AVAILABLE | code);
        return answer;
    }

    /** Addresses of the question's family. */
    static byte[] addresses(DnsQuery query, List<InetAddress> addresses) {
        return message(
                query,
                DnsQuery.NO_ERROR,
                addresses.stream().map(InetAddress::getAddress).toList());
    }

    /** The name of an address. */
    static byte[] name(DnsQuery query, String name) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
            if (bytes.length == 0 || bytes.length > 63) {
                return of(query, DnsQuery.NAME_ERROR);
            }
            wire.write(bytes.length);
            wire.writeBytes(bytes);
        }
        wire.write(0);
        return message(query, DnsQuery.NO_ERROR, List.of(wire.toByteArray()));
    }

    private static byte[] message(DnsQuery query, int code, List<byte[]> answers) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        u16(message, query.id());
        message.write(ANSWER | query.bytes()[2] & RECURSION_DESIRED);
        message.write(RECURSION_AVAILABLE | code);
        u16(message, 1);
        u16(message, answers.size());
        u16(message, 0);
        u16(message, query.hasEdns() ? 1 : 0);
        message.write(query.bytes(), DnsQuery.HEADER, query.end() - DnsQuery.HEADER);
        for (byte[] data : answers) {
            u16(message, NAME_OF_QUESTION);
            u16(message, query.type());
            u16(message, query.dnsClass());
            u16(message, 0);
            u16(message, TTL_SECONDS);
            u16(message, data.length);
            message.writeBytes(data);
        }
        if (query.hasEdns()) {
            message.write(0);
            u16(message, OPT);
            u16(message, OUR_LIMIT);
            u16(message, 0);
            u16(message, 0);
            u16(message, 0);
        }
        return message.toByteArray();
    }

    private static void u16(ByteArrayOutputStream message, int value) {
        message.write(value >> 8);
        message.write(value);
    }

    /** The address that a name of the reverse tree stands for (RFC 1035, 3.5; RFC 3596, 2.5). */
    static Optional<InetAddress> reverse(String name) {
        byte[] bytes;
        if (name.endsWith(".in-addr.arpa")) {
            String[] labels =
                    name.substring(0, name.length() - ".in-addr.arpa".length()).split("\\.");
            bytes = new byte[4];
            if (labels.length != bytes.length) {
                return Optional.empty();
            }
            for (int i = 0; i < bytes.length; i++) {
                if (!labels[i].matches("[0-9]{1,3}") || Integer.parseInt(labels[i]) > 255) {
                    return Optional.empty();
                }
                bytes[3 - i] = (byte) Integer.parseInt(labels[i]);
            }
        } else if (name.endsWith(".ip6.arpa") && name.length() == 63 + ".ip6.arpa".length()) {
            bytes = new byte[16];
            for (int i = 0; i < 32; i++) {
                int digit = Character.digit(name.charAt(2 * i), 16);
                if (digit < 0 || name.charAt(2 * i + 1) != '.') {
                    return Optional.empty();
                }
                bytes[15 - i / 2] |= (byte) (i % 2 == 0 ? digit : digit << 4);
            }
        } else {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}

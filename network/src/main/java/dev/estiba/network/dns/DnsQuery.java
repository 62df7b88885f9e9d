package dev.estiba.network.dns;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A question as it came (RFC 1035, 4.1). Only what must be known to answer it is read; everything behind it is passed on as it is.
 *
 * @param bytes the whole message
 * @param name small letters, without the last dot; empty for the root. A label with a dot or with what is no ASCII has none: what
 *     cannot be a name of ours is {@link Optional#empty}
 * @param end where the question ends in the message
 * @param limit how long an answer by a datagram may be
 * @param hasEdns whether the asker knows EDNS (RFC 6891)
 */
record DnsQuery(byte[] bytes, Optional<String> name, int type, int dnsClass, int end, int limit, boolean hasEdns) {
    static final int A = 1;
    static final int PTR = 12;
    static final int AAAA = 28;
    static final int INTERNET = 1;

    static final int NO_ERROR = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NAME_ERROR = 3;
    static final int NOT_IMPLEMENTED = 4;
    static final int REFUSED = 5;

    static final int HEADER = 12;
    static final int SHORTEST_LIMIT = 512;
    static final int LONGEST_LIMIT = 4096;
    private static final int OPT = 41;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_LABEL = 63;

    /** What a message is, when it is no question that can be answered or passed on. */
    sealed interface Reading {
        /** A question. */
        record Question(DnsQuery query) implements Reading {}

        /** To be refused with that code. */
        record Refusal(int code) implements Reading {}

        /** Nobody waits for an answer to it. */
        record Nothing() implements Reading {}
    }

    static Reading read(byte[] bytes) {
        if (bytes.length < HEADER || (bytes[2] & 0x80) != 0) {
            return new Reading.Nothing();
        }
        int opcode = bytes[2] >> 3 & 15;
        if (opcode != 0) {
            return new Reading.Refusal(NOT_IMPLEMENTED);
        }
        if (u16(bytes, 4) != 1) {
            return new Reading.Refusal(FORMAT_ERROR);
        }
        StringBuilder name = new StringBuilder();
        boolean isPlain = true;
        int at = HEADER;
        while (true) {
            int length = at < bytes.length ? Byte.toUnsignedInt(bytes[at]) : -1;
            if (length == 0) {
                at++;
                break;
            }
            // A pointer (the two highest bits) has nothing before it to point to.
            if (length < 0
                    || length > LONGEST_LABEL
                    || at + 1 + length > bytes.length
                    || at + length - HEADER > LONGEST_NAME) {
                return new Reading.Refusal(FORMAT_ERROR);
            }
            for (int i = at + 1; i <= at + length; i++) {
                isPlain &= bytes[i] > ' ' && bytes[i] != '.' && bytes[i] != 0x7f;
            }
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(bytes, at + 1, length, StandardCharsets.ISO_8859_1));
            at += 1 + length;
        }
        if (at + 4 > bytes.length) {
            return new Reading.Refusal(FORMAT_ERROR);
        }
        int end = at + 4;
        boolean hasEdns = hasOpt(bytes, end);
        int limit = hasEdns ? Math.clamp(u16(bytes, end + 3), SHORTEST_LIMIT, LONGEST_LIMIT) : SHORTEST_LIMIT;
        Optional<String> known = isPlain ? Optional.of(name.toString().toLowerCase(Locale.ROOT)) : Optional.empty();
        return new Reading.Question(
                new DnsQuery(bytes, known, u16(bytes, at), u16(bytes, at + 2), end, limit, hasEdns));
    }

    /** The record of EDNS is the first of the additional ones with everybody who asks. */
    private static boolean hasOpt(byte[] bytes, int end) {
        return u16(bytes, 6) == 0
                && u16(bytes, 8) == 0
                && u16(bytes, 10) > 0
                && end + 11 <= bytes.length
                && bytes[end] == 0
                && u16(bytes, end + 1) == OPT;
    }

    static int u16(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at]) << 8 | Byte.toUnsignedInt(bytes[at + 1]);
    }

    int id() {
        return u16(bytes, 0);
    }

    /** Whether a message answers this question: it has the id, says that it is an answer, and repeats the question. */
    boolean isAnsweredBy(byte[] answer, int id) {
        if (answer.length < end || u16(answer, 0) != id || (answer[2] & 0x80) == 0 || u16(answer, 4) != 1) {
            return false;
        }
        for (int i = HEADER; i < end; i++) {
            if (small(answer[i]) != small(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    private static int small(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
    }

    /** An answer for which there is no room in a datagram: the asker comes again by TCP. */
    byte[] truncated(byte[] answer) {
        byte[] cut = Arrays.copyOf(answer, end);
        cut[2] |= 2;
        Arrays.fill(cut, 6, HEADER, (byte) 0);
        return cut;
    }
}

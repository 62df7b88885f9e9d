package dev.estiba.runtime.command;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A container's id as it stands in other text: whole, or, as Docker and podman write the id of 64 digits into a host name,
 * its first twelve letters alone.
 *
 * @param whole ASCII
 * @param brief how long the beginning is that also counts
 */
record IdText(byte[] whole, int brief) {
    private static final int LEAST = 12;
    private static final int MOST = 128;
    private static final int LEAST_DIGITS = 5;
    private static final int HEX = 64;
    private static final String LETTERS = "ghjkmnpqrstuvwxyz";

    /** Empty for an id that could mean something where it stands: see {@link #isTelling}. */
    static Optional<IdText> of(String id) {
        if (!isTelling(id)) {
            return Optional.empty();
        }
        int brief = id.length() == HEX && isTelling(id.substring(0, LEAST)) ? LEAST : id.length();
        return Optional.of(new IdText(id.getBytes(StandardCharsets.US_ASCII), brief));
    }

    /**
     * Whether an id can be part of no word with a meaning: of no number, as it has a letter that none has; of no name of
     * a field, a system call, a capability or a file system, as it has more digits; of no path that is cleaned or searched,
     * as it has no dot.
     */
    static boolean isTelling(String id) {
        int digits = 0;
        boolean letter = false;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
            if (!digit && !word) {
                return false;
            }
            digits += digit ? 1 : 0;
            letter |= word && c != 'e' && c != 'E' && c != '-';
        }
        return letter && digits >= LEAST_DIGITS && id.length() >= LEAST && id.length() <= MOST;
    }

    /** One of the same length that nobody has. */
    IdText nobodys() {
        RandomGenerator random = RandomGenerator.getDefault();
        byte[] id = new byte[whole.length];
        for (int i = 0; i < id.length; i++) {
            id[i] = (byte) (i % 2 == 0 ? LETTERS.charAt(random.nextInt(LETTERS.length())) : '0' + random.nextInt(10));
        }
        return new IdText(id, brief);
    }

    /** Where it stands next in {@code in}, whole or brief, from there on; -1: nowhere. */
    int find(byte[] in, int from) {
        byte first = whole[0];
        byte second = whole[1];
        int last = in.length - brief;
        for (int at = from; at <= last; at++) {
            if (in[at] == first && in[at + 1] == second && Arrays.equals(in, at, at + brief, whole, 0, brief)) {
                return at;
            }
        }
        return -1;
    }

    /** How much of it stands at a place that was found. */
    int length(byte[] in, int at) {
        boolean all = at + whole.length <= in.length
                && Arrays.equals(in, at + brief, at + whole.length, whole, brief, whole.length);
        return all ? whole.length : brief;
    }

    String text() {
        return new String(whole, StandardCharsets.US_ASCII);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdText(byte[] its, int itsBrief) && brief == itsBrief && Arrays.equals(whole, its);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(whole);
    }

    @Override
    public String toString() {
        return text();
    }
}

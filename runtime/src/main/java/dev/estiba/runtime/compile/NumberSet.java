package dev.estiba.runtime.compile;

import java.util.BitSet;
import java.util.Optional;

/** Processors or memory nodes, as cpuset(7) lists them ({@code 0-4,9}) and as system calls take them: a mask. */
final class NumberSet {
    /** More than any kernel is built for (CONFIG_NR_CPUS, CONFIG_NODES_SHIFT). */
    static final int MOST = 8192;

    private final BitSet bits;

    private NumberSet(BitSet bits) {
        this.bits = bits;
    }

    /** Empty when the text is no such list. */
    static Optional<NumberSet> parse(String list) {
        BitSet bits = new BitSet();
        if (list.isBlank()) {
            return Optional.of(new NumberSet(bits));
        }
        for (String part : list.strip().split(",", -1)) {
            String[] ends = part.strip().split("-", -1);
            int first = number(ends[0]);
            int last = ends.length == 2 ? number(ends[1]) : first;
            if (ends.length > 2 || first < 0 || last < first) {
                return Optional.empty();
            }
            bits.set(first, last + 1);
        }
        return Optional.of(new NumberSet(bits));
    }

    private static int number(String digits) {
        if (!digits.matches("[0-9]{1,5}")) {
            return -1;
        }
        int number = Integer.parseInt(digits);
        return number < MOST ? number : -1;
    }

    boolean isEmpty() {
        return bits.isEmpty();
    }

    /** As long as it must be, in whole units of so many bytes. */
    byte[] mask(int unit) {
        byte[] bytes = bits.toByteArray();
        int length = Math.max(unit, (bytes.length + unit - 1) / unit * unit);
        return java.util.Arrays.copyOf(bytes, length);
    }
}

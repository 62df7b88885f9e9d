package dev.estiba.runtime.seccomp;

import java.util.Arrays;

/** All 2³² numbers that a call can have, as ranges with one decision each; the ranges are added from 0 upwards. */
final class CallSpace {
    private long[] starts = new long[256];
    private Decision[] decisions = new Decision[256];
    private int size;

    /**
     * From that number on, as an unsigned one, the decision is this one.
     *
     * @param start not below the last one; the same one replaces its decision
     */
    void from(long start, Decision decision) {
        if (size > 0 && starts[size - 1] == start) {
            size--;
        }
        if (size > 0 && decisions[size - 1].equals(decision)) {
            return;
        }
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            decisions = Arrays.copyOf(decisions, size * 2);
        }
        starts[size] = start;
        decisions[size++] = decision;
    }

    /** The number of ranges. */
    int size() {
        return size;
    }

    long start(int range) {
        return starts[range];
    }

    Decision decision(int range) {
        return decisions[range];
    }

    boolean isOneNumber(int range) {
        return range + 1 < size && starts[range + 1] == starts[range] + 1;
    }
}

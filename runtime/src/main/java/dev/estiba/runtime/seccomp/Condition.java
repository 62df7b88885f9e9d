package dev.estiba.runtime.seccomp;

/** A condition on an argument as it is in one calling convention: always true there, never, or to be tested. */
sealed interface Condition {
    /** The two that need no test. */
    enum Known implements Condition {
        ALWAYS,
        NEVER
    }

    /**
     * Compares an argument with a value, unsigned.
     *
     * @param index which argument
     * @param op the comparison
     * @param mask the bits of the argument that count: all but for MASKED_EQ
     * @param value no bits outside the mask
     * @param words how many 32-bit halves of the argument are looked at, 1 or 2
     */
    record Compare(int index, Operator op, long mask, long value, int words) implements Condition {
        /** Written out, as in {@link Decision}. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Compare compare
                    && index == compare.index
                    && op == compare.op
                    && mask == compare.mask
                    && value == compare.value
                    && words == compare.words;
        }

        @Override
        public int hashCode() {
            // Mixed: values with equal halves, which profiles of hostile make have, all have the hash 0 of Long.
            long mixed = (value * 31 + mask) * 0x9e3779b97f4a7c15L;
            return (index * 31 + op.ordinal()) * 31 + (int) (mixed >>> Integer.SIZE) + words;
        }
    }

    long LOWER_HALF = 0xffffffffL;

    static Condition of(ArgCheck check, int wordBits) {
        boolean masked = check.op() == Operator.MASKED_EQ;
        long mask = masked ? check.value() : -1L;
        long value = masked ? check.valueTwo() & mask : check.value();
        if (wordBits == Long.SIZE) {
            return simplify(new Compare(check.index(), check.op(), mask, value, 2), -1L);
        }
        boolean fits = (value & ~LOWER_HALF) == 0;
        boolean isSignExtended = value == (int) value;
        if (!fits && !isSignExtended) {
            return beyond(check.op());
        }
        return simplify(new Compare(check.index(), check.op(), mask & LOWER_HALF, value & LOWER_HALF, 1), LOWER_HALF);
    }

    /** The comparison with a value that is larger than any 32-bit argument. */
    private static Condition beyond(Operator op) {
        return switch (op) {
            case NE, LT, LE -> Known.ALWAYS;
            case EQ, GE, GT, MASKED_EQ -> Known.NEVER;
        };
    }

    /** @param max the largest argument, unsigned */
    private static Condition simplify(Compare compare, long max) {
        long value = compare.value();
        return switch (compare.op()) {
            case LT -> value == 0 ? Known.NEVER : compare;
            case GE -> value == 0 ? Known.ALWAYS : compare;
            case GT -> value == max ? Known.NEVER : compare;
            case LE -> value == max ? Known.ALWAYS : compare;
            case MASKED_EQ -> compare.mask() == 0 ? Known.ALWAYS : compare;
            case EQ, NE -> compare;
        };
    }
}

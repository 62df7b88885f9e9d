package dev.estiba.runtime.seccomp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the code of decisions: what is done with a call once its number is known. */
final class DecisionCode {
    private final Assembler assembler;
    private final Map<Decision, Place> places = new HashMap<>();

    DecisionCode(Assembler assembler) {
        this.assembler = assembler;
    }

    /** The place that makes the decision; equal decisions have one place. */
    Place of(Decision decision) throws SeccompException {
        Place known = places.get(decision);
        if (known != null) {
            return known;
        }
        Place place = decision instanceof Decision.Ordered ordered
                ? branches(ordered.branches(), ordered.otherwise())
                : assembler.returning(((Decision.Fixed) decision).verdict());
        places.put(decision, place);
        return place;
    }

    private Place branches(List<Decision.Branch> branches, Verdict otherwise) throws SeccompException {
        Place next = assembler.returning(otherwise);
        for (Decision.Branch branch : branches.reversed()) {
            Place matched = assembler.returning(branch.verdict());
            for (Condition.Compare compare : branch.all().reversed()) {
                matched = compare(compare, matched, next);
            }
            next = matched;
        }
        return next;
    }

    private Place compare(Condition.Compare compare, Place whenTrue, Place whenFalse) throws SeccompException {
        return switch (compare.op()) {
            case EQ -> equal(compare, whenTrue, whenFalse);
            case NE -> equal(compare, whenFalse, whenTrue);
            case GT -> greater(compare, Bpf.JUMP_IF_GREATER, whenTrue, whenFalse);
            case LE -> greater(compare, Bpf.JUMP_IF_GREATER, whenFalse, whenTrue);
            case GE -> greater(compare, Bpf.JUMP_IF_GREATER_OR_EQUAL, whenTrue, whenFalse);
            case LT -> greater(compare, Bpf.JUMP_IF_GREATER_OR_EQUAL, whenFalse, whenTrue);
            case MASKED_EQ -> masked(compare, whenTrue, whenFalse);
        };
    }

    private Place equal(Condition.Compare compare, Place whenTrue, Place whenFalse) throws SeccompException {
        int low = Bpf.lowWord(compare.index());
        Place lower = assembler.test(low, Bpf.JUMP_IF_EQUAL, (int) compare.value(), whenTrue, whenFalse);
        if (compare.words() == 1) {
            return lower;
        }
        int high = Bpf.highWord(compare.index());
        return assembler.test(high, Bpf.JUMP_IF_EQUAL, upper(compare.value()), lower, whenFalse);
    }

    /** Larger in the upper half, or equal there and in the lower half as the code has it. */
    private Place greater(Condition.Compare compare, int code, Place whenTrue, Place whenFalse)
            throws SeccompException {
        int low = Bpf.lowWord(compare.index());
        Place lower = assembler.test(low, code, (int) compare.value(), whenTrue, whenFalse);
        if (compare.words() == 1) {
            return lower;
        }
        int high = Bpf.highWord(compare.index());
        int upper = upper(compare.value());
        if (upper == 0) {
            return assembler.test(high, Bpf.JUMP_IF_EQUAL, 0, lower, whenTrue);
        }
        if (upper == -1) {
            return assembler.test(high, Bpf.JUMP_IF_EQUAL, -1, lower, whenFalse);
        }
        Place equal = assembler.branch(Bpf.JUMP_IF_EQUAL, upper, lower, whenFalse.having(high));
        return assembler.load(high, assembler.branch(Bpf.JUMP_IF_GREATER, upper, whenTrue.having(high), equal));
    }

    private Place masked(Condition.Compare compare, Place whenTrue, Place whenFalse) throws SeccompException {
        Place lower = maskedWord(
                Bpf.lowWord(compare.index()), (int) compare.mask(), (int) compare.value(), whenTrue, whenFalse);
        if (compare.words() == 1) {
            return lower;
        }
        return maskedWord(
                Bpf.highWord(compare.index()), upper(compare.mask()), upper(compare.value()), lower, whenFalse);
    }

    private Place maskedWord(int word, int mask, int value, Place whenTrue, Place whenFalse) throws SeccompException {
        if (mask == 0) {
            return whenTrue;
        }
        if (mask == -1) {
            return assembler.test(word, Bpf.JUMP_IF_EQUAL, value, whenTrue, whenFalse);
        }
        if (value == 0) {
            return assembler.test(word, Bpf.JUMP_IF_ANY_BIT, mask, whenFalse, whenTrue);
        }
        if (Integer.bitCount(mask) == 1) {
            return assembler.test(word, Bpf.JUMP_IF_ANY_BIT, mask, whenTrue, whenFalse);
        }
        return assembler.testMasked(word, mask, value, whenTrue, whenFalse);
    }

    private static int upper(long value) {
        return (int) (value >>> Integer.SIZE);
    }
}

package dev.estiba.runtime.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the search for a call's number: a binary tree over ranges with one decision each.
 *
 * <p>A profile of Docker's kind is some hundred allowed numbers with holes. A list of comparisons, as libseccomp writes
 * it, costs two instructions a number, and each of them is verified, translated and, for every number that the kernel
 * tries at installation, run. Ranges are fewer than numbers, and a tree asks few of them.
 */
final class CallTree {
    /** More of them in a row would save instructions and cost steps. */
    private static final int MAX_EXCEPTIONS = 2;

    private final Assembler assembler;
    private final DecisionCode code;
    private final CallSpace space;
    /** The ranges at which leaves start. */
    private final List<Leaf> leaves = new ArrayList<>();

    /** A range, and after it so many pairs of a lone number and a range that decides as the first one. */
    private record Leaf(int range, int exceptions) {}

    CallTree(Assembler assembler, DecisionCode code, CallSpace space) {
        this.assembler = assembler;
        this.code = code;
        this.space = space;
        int range = 0;
        while (range < space.size()) {
            int exceptions = 0;
            while (exceptions < MAX_EXCEPTIONS && isException(range, range + 2 * exceptions + 1)) {
                exceptions++;
            }
            leaves.add(new Leaf(range, exceptions));
            range += 2 * exceptions + 1;
        }
    }

    private boolean isException(int base, int range) {
        return range + 1 < space.size()
                && space.isOneNumber(range)
                && space.decision(range + 1).equals(space.decision(base));
    }

    /** The place that loads the call's number and decides by it. */
    Place write() throws SeccompException {
        if (space.size() == 1) {
            return code.of(space.decision(0));
        }
        return assembler.load(Bpf.NUMBER, tree(0, leaves.size()));
    }

    /** The leaves from one to before another; the recursion halves them, so it is at most 32 deep. */
    private Place tree(int from, int to) throws SeccompException {
        if (to - from == 1) {
            return leaf(leaves.get(from));
        }
        int middle = (from + to) >>> 1;
        Place upper = tree(middle, to);
        Place lower = tree(from, middle);
        int start = (int) space.start(leaves.get(middle).range());
        return assembler.branch(Bpf.JUMP_IF_GREATER_OR_EQUAL, start, upper, lower);
    }

    private Place leaf(Leaf leaf) throws SeccompException {
        Place place = code.of(space.decision(leaf.range()));
        for (int i = leaf.exceptions(); i > 0; i--) {
            int range = leaf.range() + 2 * i - 1;
            place = assembler.branch(
                    Bpf.JUMP_IF_EQUAL, (int) space.start(range), code.of(space.decision(range)), place);
        }
        return place;
    }
}

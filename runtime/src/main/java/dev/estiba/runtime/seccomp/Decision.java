package dev.estiba.runtime.seccomp;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a filter does with a call of one number. Equal decisions are compiled once.
 *
 * <p>Equality is written out here and in {@link Condition.Compare}: what the compiler makes for a record is linked at its
 * first use through method handles, a millisecond or more for each record, and a planner's first plan waits for it.
 */
sealed interface Decision {
    record Fixed(Verdict verdict) implements Decision {
        @Override
        public boolean equals(Object other) {
            return other instanceof Fixed fixed && verdict.value() == fixed.verdict.value();
        }

        @Override
        public int hashCode() {
            return verdict.value();
        }
    }

    /**
     * The first branch that matches decides.
     *
     * @param branches at least one
     * @param otherwise where none does
     */
    record Ordered(List<Branch> branches, Verdict otherwise) implements Decision {
        public Ordered {
            branches = List.copyOf(branches);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ordered ordered
                    && otherwise.value() == ordered.otherwise.value()
                    && branches.equals(ordered.branches);
        }

        @Override
        public int hashCode() {
            return branches.hashCode() * 31 + otherwise.value();
        }
    }

    /** @param all conditions that must all hold, at least one */
    record Branch(Verdict verdict, List<Condition.Compare> all) {
        public Branch {
            all = List.copyOf(all);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Branch branch
                    && verdict.value() == branch.verdict.value()
                    && all.equals(branch.all);
        }

        @Override
        public int hashCode() {
            return all.hashCode() * 31 + verdict.value();
        }
    }

    /**
     * The decision that these clauses make, in the order of the profile.
     *
     * @param byDefault where no clause matches
     * @param wordBits how wide an argument is
     */
    static Decision of(List<Clause> clauses, Verdict byDefault, int wordBits) {
        Verdict base = byDefault;
        boolean isUnconditional = false;
        for (Clause clause : clauses) {
            if (clause.isUnconditional()) {
                base = clause.verdict();
                isUnconditional = true;
                break;
            }
        }
        if (isUnconditional && clauses.size() == 1) {
            return new Fixed(base);
        }
        return ordered(conditionalStrictestFirst(clauses, isUnconditional, base), base, wordBits);
    }

    /** Of two with the same action and another errno, the one that the profile has first comes first. */
    private static List<Clause> conditionalStrictestFirst(List<Clause> clauses, boolean isUnconditional, Verdict base) {
        List<Clause> sorted = new ArrayList<>();
        for (Action action : Action.values()) {
            for (Clause clause : clauses) {
                boolean canChangeIt = !isUnconditional || clause.verdict().isStricterThan(base);
                if (!clause.isUnconditional() && canChangeIt && clause.verdict().action() == action) {
                    sorted.add(clause);
                }
            }
        }
        return sorted;
    }

    private static Decision ordered(List<Clause> strictestFirst, Verdict base, int wordBits) {
        Set<Branch> distinct = new LinkedHashSet<>();
        Verdict otherwise = base;
        walk:
        for (Clause clause : strictestFirst) {
            for (List<ArgCheck> alternative : clause.alternatives()) {
                List<Condition.Compare> all = new ArrayList<>();
                if (!collect(alternative, wordBits, all)) {
                    continue;
                }
                if (all.isEmpty()) {
                    otherwise = clause.verdict();
                    break walk;
                }
                distinct.add(new Branch(clause.verdict(), all));
            }
        }
        List<Branch> branches = new ArrayList<>(distinct);
        while (!branches.isEmpty() && branches.getLast().verdict().value() == otherwise.value()) {
            branches.removeLast();
        }
        return branches.isEmpty() ? new Fixed(otherwise) : new Ordered(branches, otherwise);
    }

    /** Adds what must be tested; false when the conditions can never hold together. */
    private static boolean collect(List<ArgCheck> checks, int wordBits, List<Condition.Compare> all) {
        for (ArgCheck check : checks) {
            Condition condition = Condition.of(check, wordBits);
            if (condition == Condition.Known.NEVER) {
                return false;
            }
            if (condition instanceof Condition.Compare compare) {
                all.add(compare);
            }
        }
        return true;
    }
}

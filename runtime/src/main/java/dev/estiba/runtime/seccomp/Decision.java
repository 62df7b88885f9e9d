package dev.estiba.runtime.seccomp;

import java.util.List;

/**
 * What a filter does with a call of one number. Equal decisions are compiled once.
 *
 * <p>Equality is written out here and in {@link Condition.Compare}: what javac makes for a record is linked at its
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
}

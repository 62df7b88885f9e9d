package dev.estiba.runtime.seccomp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes decisions of clauses, for one width of arguments.
 *
 * <p>A profile is foreign bytes. Its work is bounded here: clauses that many calls share are worked on once, and what
 * could not fit a filter is refused when there are too many branches, before they are written.
 */
final class Decisions {
    private final Verdict byDefault;
    private final int wordBits;
    /** By identity: most calls of a rule share its one list. */
    private final Map<List<Clause>, Decision> made = new IdentityHashMap<>();

    private final Set<Decision> distinct = new HashSet<>();
    private int branches;

    /**
     * @param byDefault where no clause matches
     * @param wordBits how wide an argument is
     */
    Decisions(Verdict byDefault, int wordBits) {
        this.byDefault = byDefault;
        this.wordBits = wordBits;
    }

    /** The decision that these clauses make, in the order of the profile. */
    Decision of(List<Clause> clauses) throws SeccompException {
        Decision known = made.get(clauses);
        if (known != null) {
            return known;
        }
        Decision decision = make(clauses);
        made.put(clauses, decision);
        if (decision instanceof Decision.Ordered ordered && distinct.add(ordered)) {
            count(ordered.branches().size());
        }
        return decision;
    }

    /** A branch takes an instruction at the least. */
    private void count(int more) throws SeccompException {
        branches += more;
        if (branches > FilterProgram.MAX_INSTRUCTIONS) {
            throw SeccompException.tooLong();
        }
    }

    private Decision make(List<Clause> clauses) throws SeccompException {
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
            return new Decision.Fixed(base);
        }
        return ordered(conditionalStrictestFirst(clauses, isUnconditional, base), base);
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

    private Decision ordered(List<Clause> strictestFirst, Verdict base) throws SeccompException {
        Set<Decision.Branch> inOrder = new LinkedHashSet<>();
        Verdict otherwise = addBranches(strictestFirst, base, inOrder);
        List<Decision.Branch> needed = new ArrayList<>(inOrder);
        while (!needed.isEmpty() && needed.getLast().verdict().value() == otherwise.value()) {
            needed.removeLast();
        }
        return needed.isEmpty() ? new Decision.Fixed(otherwise) : new Decision.Ordered(needed, otherwise);
    }

    /** Adds a branch for each alternative up to one that always holds; answers what is done after the last. */
    private Verdict addBranches(List<Clause> strictestFirst, Verdict base, Set<Decision.Branch> into)
            throws SeccompException {
        for (Clause clause : strictestFirst) {
            for (List<ArgCheck> alternative : clause.alternatives()) {
                List<Condition.Compare> all = new ArrayList<>();
                if (!collect(alternative, all)) {
                    continue;
                }
                if (all.isEmpty()) {
                    return clause.verdict();
                }
                into.add(new Decision.Branch(clause.verdict(), all));
                if (into.size() > FilterProgram.MAX_INSTRUCTIONS) {
                    throw SeccompException.tooLong();
                }
            }
        }
        return base;
    }

    /** Adds what must be tested; false when the conditions can never hold together. */
    private boolean collect(List<ArgCheck> checks, List<Condition.Compare> all) {
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

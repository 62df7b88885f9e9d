package dev.estiba.runtime.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule for one call, as runc adds it to a libseccomp filter.
 *
 * @param verdict what happens
 * @param alternatives when: all conditions of one of these lists hold; none means always
 */
record Clause(Verdict verdict, List<List<ArgCheck>> alternatives) {
    Clause {
        alternatives = List.copyOf(alternatives);
    }

    static Clause of(Rule rule) {
        if (rule.args().isEmpty()) {
            return new Clause(rule.verdict(), List.of());
        }
        if (!namesAnArgumentTwice(rule.args())) {
            return new Clause(rule.verdict(), List.of(rule.args()));
        }
        // libseccomp takes one condition per argument; runc's way out is a rule for each condition (matchCall).
        List<List<ArgCheck>> alternatives = new ArrayList<>();
        for (ArgCheck check : rule.args()) {
            alternatives.add(List.of(check));
        }
        return new Clause(rule.verdict(), alternatives);
    }

    static Clause when(Verdict verdict, ArgCheck check) {
        return new Clause(verdict, List.of(List.of(check)));
    }

    private static boolean namesAnArgumentTwice(List<ArgCheck> checks) {
        int seen = 0;
        for (ArgCheck check : checks) {
            int bit = 1 << check.index();
            if ((seen & bit) != 0) {
                return true;
            }
            seen |= bit;
        }
        return false;
    }

    boolean isUnconditional() {
        return alternatives.isEmpty();
    }
}

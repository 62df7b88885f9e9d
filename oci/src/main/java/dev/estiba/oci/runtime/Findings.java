package dev.estiba.oci.runtime;

import java.util.ArrayList;
import java.util.List;

/** Violations as they are found. */
final class Findings {
    private final String prefix;
    private final List<Violation> found = new ArrayList<>();

    /** @param prefix path of the document's own root in a configuration, with a dot behind, or empty */
    Findings(String prefix) {
        this.prefix = prefix;
    }

    void add(Rule rule, String path, String problem) {
        found.add(new Violation(rule, prefix + path, problem));
    }

    void addAll(Findings others) {
        found.addAll(others.found);
    }

    List<Violation> list() {
        return List.copyOf(found);
    }
}

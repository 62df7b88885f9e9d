package dev.estiba.cli.create;

import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** {@code --cap-add} and {@code --cap-drop}: sorted and in one spelling, each once. */
final class CapabilityChanges {
    private static final String ALL = "ALL";

    final List<String> add;
    final List<String> drop;

    CapabilityChanges(List<String> add, List<String> drop) {
        this.add = names(add);
        this.drop = names(drop);
    }

    private static List<String> names(List<String> given) {
        TreeSet<String> names = new TreeSet<>();
        for (String name : given) {
            String large = name.strip().toUpperCase(Locale.ROOT);
            boolean isWhole = large.equals(ALL) || large.startsWith("CAP_");
            names.add(isWhole ? large : "CAP_" + large);
        }
        return List.copyOf(names);
    }
}

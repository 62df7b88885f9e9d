package dev.estiba.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which module may use which.
 *
 * @param root the package that holds a package for each module
 * @param arrows module to the modules that it may use; in the house's order, so that every arrow points up
 */
record House(String root, Map<String, Set<String>> arrows) {
    House {
        Map<String, Set<String>> copy = new LinkedHashMap<>();
        arrows.forEach((module, uses) -> {
            uses.forEach(used -> {
                if (!copy.containsKey(used)) {
                    throw new IllegalArgumentException(module + " -> " + used + " does not point up");
                }
            });
            copy.put(module, Set.copyOf(uses));
        });
        arrows = Collections.unmodifiableMap(copy);
    }

    /** The code base. A new module gets a line here, or the rules refuse its first class. */
    static House estiba() {
        Map<String, Set<String>> arrows = new LinkedHashMap<>();
        arrows.put("linux", Set.of());
        arrows.put("oci", Set.of());
        arrows.put("runtime", Set.of("linux", "oci"));
        arrows.put("content", Set.of("linux", "oci"));
        arrows.put("registry", Set.of("linux", "oci", "content"));
        arrows.put("network", Set.of("linux", "oci"));
        arrows.put("api", Set.of());
        arrows.put("engine", Set.of("linux", "oci", "runtime", "content", "registry", "network", "api"));
        arrows.put("doors", Set.of("api"));
        arrows.put("cli", Set.of("oci", "api"));
        arrows.put("daemon", Set.of("linux", "oci", "runtime", "content", "registry", "api", "engine", "doors", "cli"));
        arrows.put(
                "testkit",
                Set.of("linux", "oci", "runtime", "content", "registry", "api", "engine", "doors", "cli", "daemon"));
        return new House("dev.estiba", arrows);
    }

    /** The module of a class, by its package; empty when the class is not ours. */
    Optional<String> moduleOf(String className) {
        String prefix = root + ".";
        if (!className.startsWith(prefix)) {
            return Optional.empty();
        }
        String rest = className.substring(prefix.length());
        int dot = rest.indexOf('.');
        return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
    }

    boolean allows(String module, String used) {
        return module.equals(used) || arrows.getOrDefault(module, Set.of()).contains(used);
    }
}

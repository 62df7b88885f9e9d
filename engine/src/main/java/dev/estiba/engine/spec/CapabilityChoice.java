package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.linux.number.Capability;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.runtime.Defaults;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code --cap-add} and {@code --cap-drop}, as Docker combines them. */
final class CapabilityChoice {
    private CapabilityChoice() {}

    /**
     * @param host what this machine's kernel and this process can give
     * @throws ApiException 400 for a name that is none
     */
    static Set<Capability> of(List<String> add, List<String> drop, boolean privileged, Set<Capability> host)
            throws ApiException {
        Set<Capability> dropped = named(drop, "drop", host);
        Set<Capability> added = named(add, "add", host);
        EnumSet<Capability> chosen = EnumSet.noneOf(Capability.class);
        if (privileged) {
            chosen.addAll(host);
            return chosen;
        }
        if (hasAll(add)) {
            chosen.addAll(host);
            chosen.removeAll(dropped);
        } else {
            if (!hasAll(drop)) {
                chosen.addAll(Defaults.CAPABILITIES);
                chosen.removeAll(dropped);
            }
            chosen.addAll(added);
        }
        return chosen;
    }

    private static boolean hasAll(List<String> words) {
        return words.stream().anyMatch("ALL"::equalsIgnoreCase);
    }

    private static Set<Capability> named(List<String> words, String what, Set<Capability> host) throws ApiException {
        EnumSet<Capability> named = EnumSet.noneOf(Capability.class);
        for (String word : words) {
            if (word.equalsIgnoreCase("ALL")) {
                continue;
            }
            Capability capability = Capability.parse(word)
                    .orElseThrow(() -> new ApiException(
                            400,
                            "invalid CapAdd/CapDrop: cannot " + what + " " + word + ": no capability has this name"));
            if (what.equals("add") && !host.contains(capability)) {
                throw new ApiException(
                        400, "cannot add " + capability.fullName() + ": this host itself does not have it");
            }
            named.add(capability);
        }
        return named;
    }

    /** The sets of a process: bounding, effective and permitted; nothing inheritable (CVE-2022-24769). */
    static Capabilities sets(Set<Capability> chosen) {
        List<String> names = List.copyOf(new TreeSet<>(chosen)).stream()
                .map(Capability::fullName)
                .toList();
        return new Capabilities(names, names, List.of(), names, List.of());
    }
}

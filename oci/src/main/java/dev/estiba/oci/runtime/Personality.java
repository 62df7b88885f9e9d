package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.List;
import java.util.Optional;

/**
 * Execution domain: {@code linux.personality}, personality(2).
 *
 * @param domain absent is refused by {@link ConfigRules}
 * @param flags none is defined yet
 */
public record Personality(Optional<Domain> domain, List<String> flags) {
    public Personality {
        flags = List.copyOf(flags);
    }

    /** The two domains that the specification knows. */
    public enum Domain implements SpecName {
        LINUX("LINUX"),
        LINUX32("LINUX32");

        private final String specName;

        Domain(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The domain that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Domain> named(String name) {
            return Copies.named(values(), name);
        }
    }
}

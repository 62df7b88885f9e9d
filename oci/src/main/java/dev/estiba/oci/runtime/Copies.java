package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the records' constructors make of their arguments. */
final class Copies {
    private Copies() {}

    /** An unmodifiable copy in the order of the document, so that a plan made from it is the same every time. */
    static <V> Map<String, V> inOrder(Map<String, V> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** Go's {@code omitempty} cannot tell an empty string from an absent one, so no caller relies on a difference. */
    static Optional<String> nonEmpty(Optional<String> text) {
        return text.isPresent() && text.get().isEmpty() ? Optional.empty() : text;
    }

    static <E extends SpecName> Optional<E> named(E[] values, String name) {
        for (E value : values) {
            if (value.specName().equals(name)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}

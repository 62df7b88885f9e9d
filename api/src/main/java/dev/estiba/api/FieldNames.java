package dev.estiba.api;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The fields of one kind of object.
 *
 * @param owner what Go calls the object, for refusals
 * @param names the field that a name means: as it is written and in small letters, because encoding/json prefers a name
 *     that is equal and takes one that differs in case
 */
record FieldNames(String owner, Map<String, String> names) {
    FieldNames {
        names = Map.copyOf(names);
    }

    static FieldNames of(String owner, String... names) {
        Map<String, String> all = new HashMap<>();
        for (String name : names) {
            all.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
        }
        for (String name : names) {
            all.put(name, name);
        }
        return new FieldNames(owner, all);
    }

    /** The field that this name means; empty for none. */
    String field(String name) {
        String field = names.get(name);
        return field != null ? field : names.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}

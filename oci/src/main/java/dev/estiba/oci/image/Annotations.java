package dev.estiba.oci.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What authors say of a document (annotations.md), and the keys that mean something here. */
public final class Annotations {
    /** Of an image layout's entries: the tag. */
    public static final String REFERENCE_NAME = "org.opencontainers.image.ref.name";
    /** The same with the whole name, as containerd writes it. */
    public static final String CONTAINERD_NAME = "io.containerd.image.name";

    private Annotations() {}

    static <V> Map<String, V> inOrder(Map<String, V> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    static <V> Set<V> inOrder(Set<V> set) {
        return set.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(set));
    }
}

package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.Optional;

/**
 * A namespace to make or, with a path, to join: {@code linux.namespaces}, namespaces(7).
 *
 * @param type kind of namespace
 * @param path of an existing one, absolute
 */
public record Namespace(Type type, Optional<String> path) {
    public Namespace {
        path = Copies.nonEmpty(path);
    }

    /** A new namespace. */
    public static Namespace create(Type type) {
        return new Namespace(type, Optional.empty());
    }

    /** The existing namespace at {@code path}. */
    public static Namespace join(Type type, String path) {
        return new Namespace(type, Optional.of(path));
    }

    /** The eight kinds of namespaces(7). */
    public enum Type implements SpecName {
        PID("pid"),
        NETWORK("network"),
        MOUNT("mount"),
        IPC("ipc"),
        UTS("uts"),
        USER("user"),
        CGROUP("cgroup"),
        TIME("time");

        private final String specName;

        Type(String specName) {
            this.specName = specName;
        }

        @Override
        public String specName() {
            return specName;
        }

        /** The type that the specification calls by this name, upper and lower case told apart. */
        public static Optional<Type> named(String name) {
            return Copies.named(values(), name);
        }
    }
}

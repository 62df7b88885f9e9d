package dev.estiba.oci.runtime;

import dev.estiba.oci.json.SpecName;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A device node to make in the container: {@code linux.devices}, mknod(2).
 *
 * @param type kind of node
 * @param path absolute, in the container
 * @param major device number; a fifo has none
 * @param minor device number; a fifo has none
 * @param fileMode mode, 0 to 2^32-1; callers also leave the S_IFMT bits in it
 * @param uid owner, 0 to 2^32-1
 * @param gid group, 0 to 2^32-1
 */
public record Device(
        Type type,
        String path,
        OptionalLong major,
        OptionalLong minor,
        OptionalLong fileMode,
        OptionalLong uid,
        OptionalLong gid) {
    public Device {
        Ranges.uint32("fileMode", fileMode);
        Ranges.uint32("uid", uid);
        Ranges.uint32("gid", gid);
    }

    /** Kinds of nodes; {@code u} is an older name of a character device. */
    public enum Type implements SpecName {
        CHARACTER("c"),
        BLOCK("b"),
        UNBUFFERED_CHARACTER("u"),
        FIFO("p");

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

package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code SOURCE:TARGET[:OPTIONS]}, of a directory of the host or a volume.
 *
 * @param propagation empty where nothing is said of it
 * @param more options of the mount that are not Docker's
 * @param mode the options as they were said
 */
record BindText(
        String source,
        String target,
        boolean isReadOnly,
        boolean copies,
        String propagation,
        List<String> more,
        String mode) {
    static final Set<String> PROPAGATION = Set.of("shared", "rshared", "slave", "rslave", "private", "rprivate");

    BindText {
        more = List.copyOf(more);
    }

    /** Whether it is a directory of the host. */
    boolean isOfHost() {
        return source.startsWith("/");
    }

    static BindText parse(String text) throws ApiException {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw ApiException.badRequest("invalid volume specification: '" + text + "'");
        }
        boolean isOfHost = parts[0].startsWith("/");
        if (!parts[1].startsWith("/")) {
            throw ApiException.badRequest("invalid volume specification: '" + text
                    + "': invalid mount config for type \"" + (isOfHost ? "bind" : "volume")
                    + "\": invalid mount path: '"
                    + parts[1] + "' mount path must be absolute");
        }
        return options(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
    }

    private static BindText options(String source, String target, String mode) throws ApiException {
        boolean isReadOnly = false;
        boolean copies = true;
        String propagation = "";
        List<String> more = new ArrayList<>();
        for (String option : mode.isEmpty() ? new String[0] : mode.split(",")) {
            if (PROPAGATION.contains(option)) {
                propagation = option;
            } else {
                switch (option) {
                    case "ro" -> isReadOnly = true;
                    // podman's: what is the host's root's is the container's root's.
                    case "idmap" -> more.add("idmap");
                    case "nocopy" -> copies = false;
                    // Relabelling is SELinux's, which is not there; the others are of other systems.
                    case "rw", "z", "Z", "consistent", "cached", "delegated" -> {}
                    default -> throw ApiException.badRequest("invalid mode: " + mode);
                }
            }
        }
        return new BindText(source, target, isReadOnly, copies, propagation, more, mode);
    }

    /** What {@code --volumes-from} says behind a container's name: whether it can be written to. */
    static boolean isReadOnly(String mode) throws ApiException {
        return options("", "", mode).isReadOnly();
    }
}

package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Namespace;
import java.util.List;

/** What a configuration may ask this build for. {@code features} says it, and no compilation refuses it. */
public final class Built {
    private Built() {}

    /** All of them, by name. */
    public static List<Namespace.Type> namespaces() {
        return List.of(
                Namespace.Type.CGROUP,
                Namespace.Type.IPC,
                Namespace.Type.MOUNT,
                Namespace.Type.NETWORK,
                Namespace.Type.PID,
                Namespace.Type.TIME,
                Namespace.Type.USER,
                Namespace.Type.UTS);
    }

    /** Options of mounts that are not the file system's own. */
    public static List<String> mountOptions() {
        return MountOptions.names();
    }
}

package dev.estiba.runtime;

import dev.estiba.linux.number.Capability;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.runtime.Capabilities;
import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.ConfigWriter;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.oci.runtime.Namespace;
import dev.estiba.oci.runtime.Process;
import dev.estiba.oci.runtime.Resources;
import dev.estiba.oci.runtime.Root;
import dev.estiba.oci.runtime.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A container from a root directory, without a bundle. What is not said is what Docker gives a container: five new
 * namespaces, its file systems, fourteen capabilities, its seccomp profile, masked and read-only paths of /proc and
 * /sys. The network is a namespace of its own with nothing but loopback.
 *
 * <p>A value: each method answers another one.
 *
 * @param rootfs absolute
 * @param process what runs in it
 * @param readOnly whether it cannot write to its root
 * @param change the last word about the configuration
 */
public record Spec(Path rootfs, Process process, boolean readOnly, UnaryOperator<Config> change) {
    public Spec {
        if (!rootfs.isAbsolute()) {
            throw new IllegalArgumentException("a root file system needs an absolute path: " + rootfs);
        }
    }

    /** A container whose root is that directory. It runs {@code sh} unless it is told otherwise. */
    public static Spec of(Path rootfs) {
        List<String> names =
                Defaults.CAPABILITIES.stream().map(Capability::fullName).toList();
        Process process = Process.builder(List.of("sh"), "/")
                .env(List.of("PATH=" + Defaults.PATH))
                .user(User.ROOT)
                .capabilities(new Capabilities(names, names, List.of(), names, List.of()))
                .build();
        return new Spec(rootfs, process, false, UnaryOperator.identity());
    }

    /** What it runs; a name without a slash is looked for in PATH. */
    public Spec args(String... args) {
        return with(process.toBuilder().args(List.of(args)).build());
    }

    /** A further variable, {@code NAME=VALUE}. */
    public Spec env(String variable) {
        List<String> env = new ArrayList<>(process.env());
        env.add(variable);
        return with(process.toBuilder().env(env).build());
    }

    /** Its working directory. */
    public Spec directory(String inside) {
        return with(process.toBuilder().cwd(inside).build());
    }

    /** Who it runs as. */
    public Spec user(long uid, long gid) {
        return with(process.toBuilder().user(User.of(uid, gid)).build());
    }

    public Spec withReadOnlyRoot() {
        return new Spec(rootfs, process, true, change);
    }

    /** Everything else: the configuration as it would be, changed in any way. */
    public Spec configure(UnaryOperator<Config> more) {
        return new Spec(rootfs, process, readOnly, config -> more.apply(change.apply(config)));
    }

    private Spec with(Process other) {
        return new Spec(rootfs, other, readOnly, change);
    }

    /** The configuration of a container of that name. */
    public Config config(String id) {
        Linux linux = Linux.builder()
                .namespaces(List.of(
                        Namespace.create(Namespace.Type.MOUNT),
                        Namespace.create(Namespace.Type.NETWORK),
                        Namespace.create(Namespace.Type.UTS),
                        Namespace.create(Namespace.Type.PID),
                        Namespace.create(Namespace.Type.IPC)))
                .cgroupsPath("/estiba/" + id)
                .resources(Resources.builder().devices(Defaults.DEVICE_RULES).build())
                .seccomp(Defaults.seccomp(Defaults.CAPABILITIES))
                .maskedPaths(Defaults.MASKED_PATHS)
                .readonlyPaths(Defaults.READ_ONLY_PATHS)
                .build();
        return change.apply(Config.builder(Config.SPEC_VERSION)
                .process(process)
                .root(new Root(rootfs.toString(), readOnly))
                .hostname(id)
                .mounts(Defaults.MOUNTS)
                .linux(linux)
                .build());
    }

    Bundle bundle(String id) {
        return new Bundle(rootfs, ConfigWriter.write(config(id), Layout.COMPACT));
    }
}

package dev.estiba.runtime.compile;

import dev.estiba.oci.runtime.Config;
import dev.estiba.oci.runtime.Linux;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container to make.
 *
 * @param id its name beneath the root of states
 * @param bundle the bundle's directory, absolute
 * @param mode what the caller waits for
 * @param pidFile where init's pid goes, as the caller wrote it
 * @param consoleSocket where the terminal's master goes
 * @param noPivot MS_MOVE and chroot in the place of pivot_root
 * @param newKeyring whether it gets a session keyring of its own
 * @param preservedDescriptors how many descriptors from 3 on the container inherits
 * @param keep whether a container that was waited for stays until delete
 * @param subreaper whether the waiting process adopts the container's orphans
 * @param isolation what keeps it from the host
 * @param given what the executor has as descriptors in the place of paths
 */
public record StartRequest(
        String id,
        String bundle,
        Config config,
        Mode mode,
        Optional<String> pidFile,
        Optional<String> consoleSocket,
        Optional<String> pidfdSocket,
        boolean noPivot,
        boolean newKeyring,
        int preservedDescriptors,
        boolean keep,
        boolean subreaper,
        Isolation isolation,
        Given given,
        Caller caller,
        CgroupLayout cgroups,
        Machine machine) {
    /**
     * What the executor has in the place of paths in the configuration, or has found out for it.
     *
     * @param rootfs the root file system, a detached mount (fsmount(2)), in {@code Reserved.ROOTFS}
     * @param console where the terminal's master goes, a socket, in {@code Reserved.CONSOLE}
     * @param overlay what init mounts as its root file system, in the place of the configuration's
     * @param addresses of {@code linux.netDevices}, by the names on the host
     */
    public record Given(
            boolean rootfs,
            boolean console,
            Optional<OverlayRoot> overlay,
            Map<String, List<InterfaceAddress>> addresses) {
        public static final Given NOTHING = new Given(false, false);

        public Given {
            addresses = Map.copyOf(addresses);
        }

        public Given(boolean rootfs, boolean console) {
            this(rootfs, console, Optional.empty());
        }

        public Given(boolean rootfs, boolean console, Optional<OverlayRoot> overlay) {
            this(rootfs, console, overlay, Map.of());
        }

        public Given with(Optional<OverlayRoot> other) {
            return new Given(rootfs, console, other, addresses);
        }
    }

    /** Of a plan that makes no container, and has only its namespaces. */
    static StartRequest of(Linux linux, Caller caller, Machine machine) {
        return new StartRequest(
                "",
                "/",
                Config.builder(Config.SPEC_VERSION).linux(linux).build(),
                Mode.FOREGROUND,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                0,
                false,
                false,
                Isolation.NAMESPACES,
                Given.NOTHING,
                caller,
                CgroupLayout.NONE,
                machine);
    }

    /** The same with what was found out about its network devices. */
    public StartRequest with(Map<String, List<InterfaceAddress>> addresses) {
        return new StartRequest(
                id,
                bundle,
                config,
                mode,
                pidFile,
                consoleSocket,
                pidfdSocket,
                noPivot,
                newKeyring,
                preservedDescriptors,
                keep,
                subreaper,
                isolation,
                new Given(given.rootfs(), given.console(), given.overlay(), addresses),
                caller,
                cgroups,
                machine);
    }

    public enum Mode {
        /** Ends when init waits at the gate. */
        CREATE,
        /** Ends when the container's process runs. */
        DETACHED,
        /** Ends when the container has ended, with its status. */
        FOREGROUND
    }
}

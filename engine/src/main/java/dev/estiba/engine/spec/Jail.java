package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.HostConfig;

/**
 * {@code --isolation chroot}: what such a container cannot have is refused by name, and what it does not keep from anybody
 * is said.
 */
public final class Jail {
    /** For a person, at every create. */
    public static final String UNPROTECTED =
            "chroot is a jail without namespaces: it uses the host's network, host name,"
                    + " clock and System V IPC, and processes outside with the same user number can see to it, and it to their"
                    + " limits; files, system calls, signals, capabilities and resources are kept in";

    private static final String ROOT = "its root would be the host's: say --user, another than root";

    private Jail() {}

    static void refuse(CreateRequest request) throws ApiException {
        HostConfig host = request.hostConfig();
        ContainerConfig config = request.config();
        no(!host.networkMode().equals("host"), "it has no network of its own: say --network host");
        no(config.user().isEmpty() || isRoot(config.user()), ROOT);
        no(host.privileged(), "--privileged would open it");
        no(config.tty(), "it has no terminals of its own (-t)");
        no(
                !host.binds().isEmpty()
                        || !host.mounts().isEmpty()
                        || !host.tmpfs().isEmpty()
                        || !host.volumesFrom().isEmpty(),
                "nothing can be mounted in it (-v, --mount, --tmpfs)");
        no(!config.hostname().isEmpty() || !config.domainname().isEmpty(), "it has the host's name (--hostname)");
        no(host.init().orElse(false), "nothing can be mounted in it (--init)");
        no(!host.sysctls().isEmpty(), "sysctls would be the host's (--sysctl)");
        no(!host.resources().devices().isEmpty(), "devices are not built yet (--device)");
        no(isOwn(host.pidMode()), "it has no process numbers of its own (--pid)");
        no(isOwn(host.ipcMode()), "it has no IPC of its own (--ipc)");
        no(host.cgroupnsMode().equals("private"), "it has no cgroup namespace (--cgroupns)");
        no(!host.extraHosts().isEmpty() || !host.dns().isEmpty(), "its /etc/hosts and resolv.conf are the image's");
    }

    /**
     * What a further process of it cannot have. A name that its user database has for user 0 is found out by the runtime,
     * when the exec is started.
     */
    public static void refuse(CreateRequest container, ExecCreateRequest exec) throws ApiException {
        if (!container.hostConfig().isolation().equals("chroot")) {
            return;
        }
        no(isRoot(exec.user()), ROOT);
        no(exec.privileged(), "--privileged would open it");
        no(exec.tty(), "it has no terminals of its own (-t)");
    }

    private static boolean isRoot(String user) {
        return user.matches("(root|0+)(:.*)?");
    }

    private static boolean isOwn(String mode) {
        return !mode.isEmpty() && !mode.equals("host");
    }

    private static void no(boolean asked, String why) throws ApiException {
        if (asked) {
            throw ApiException.badRequest("--isolation chroot: " + why);
        }
    }
}

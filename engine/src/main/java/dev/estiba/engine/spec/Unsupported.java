package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Resources;
import dev.estiba.engine.health.HealthSettings;
import java.util.Set;

/** What Docker can and this engine cannot yet, refused by name before anything is made. */
final class Unsupported {
    private static final Set<String> RUNTIMES = Set.of("", "estiba");

    private Unsupported() {}

    static void refuse(CreateRequest request) throws ApiException {
        HostConfig host = request.hostConfig();
        mode("PID", host.pidMode(), Set.of("", "host", "private"), true);
        mode("IPC", host.ipcMode(), Set.of("", "private", "shareable", "host", "none"), true);
        mode("UTS", host.utsMode(), Set.of("", "host"), false);
        mode("cgroup namespace", host.cgroupnsMode(), Set.of("", "host", "private"), false);
        if (!RUNTIMES.contains(host.runtime())) {
            throw ApiException.badRequest("unknown or invalid runtime name: " + host.runtime());
        }
        resources(host.resources());
    }

    /** What is passed over where an image has it, and refused where a person asks for it. */
    static void refuseOwn(ContainerConfig config, HostFacts facts) throws ApiException {
        if (config.healthcheck().isPresent()) {
            HealthSettings.check(config.healthcheck().get());
        }
        no(!config.volumes().isEmpty() && facts.lent().isPresent(), "anonymous volumes (-v PATH) of an ordinary user");
    }

    private static void mode(String what, String value, Set<String> known, boolean isShared) throws ApiException {
        if (!known.contains(value) && !(isShared && value.startsWith("container:"))) {
            throw ApiException.badRequest("invalid " + what + " mode: " + value);
        }
    }

    private static void resources(Resources wanted) throws ApiException {
        // Of --kernel-memory dockerd takes no notice any more (since version 1.42 of the API); nor has the kernel such
        // a limit.
        no(wanted.kernelMemoryTcp() > 0, "limits of TCP's memory (KernelMemoryTCP)");
    }

    private static void no(boolean asked, String what) throws ApiException {
        if (asked) {
            throw ApiException.notImplemented("not built yet: " + what);
        }
    }
}

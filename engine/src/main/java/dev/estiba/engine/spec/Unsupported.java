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
        mode("--pid", host.pidMode(), Set.of("", "host", "private"));
        mode("--ipc", host.ipcMode(), Set.of("", "private", "shareable", "host", "none"));
        mode("--uts", host.utsMode(), Set.of("", "host"));
        mode("--cgroupns", host.cgroupnsMode(), Set.of("", "host", "private"));
        no(!RUNTIMES.contains(host.runtime()), "the runtime " + host.runtime());
        resources(host.resources());
    }

    /** What is passed over where an image has it, and refused where a person asks for it. */
    static void refuseOwn(ContainerConfig config, HostFacts facts) throws ApiException {
        if (config.healthcheck().isPresent()) {
            HealthSettings.check(config.healthcheck().get());
        }
        no(!config.volumes().isEmpty() && facts.lent().isPresent(), "anonymous volumes (-v PATH) of an ordinary user");
    }

    private static void mode(String option, String value, Set<String> known) throws ApiException {
        if (!known.contains(value)) {
            if (value.startsWith("container:")) {
                throw ApiException.notImplemented(option + " " + value + " is not built yet");
            }
            throw ApiException.badRequest("invalid " + option.substring(2) + " mode: " + value);
        }
    }

    private static void resources(Resources wanted) throws ApiException {
        no(!wanted.deviceRequests().isEmpty(), "--gpus");
        no(wanted.cpuRealtimePeriod() != 0 || wanted.cpuRealtimeRuntime() != 0, "--cpu-rt-period, --cpu-rt-runtime");
        no(
                !wanted.blkioDeviceReadBps().isEmpty()
                        || !wanted.blkioDeviceWriteBps().isEmpty()
                        || !wanted.blkioDeviceReadIops().isEmpty()
                        || !wanted.blkioDeviceWriteIops().isEmpty()
                        || !wanted.blkioWeightDevice().isEmpty(),
                "limits of single block devices");
        no(wanted.kernelMemory() > 0 || wanted.kernelMemoryTcp() > 0, "--kernel-memory");
    }

    private static void no(boolean asked, String what) throws ApiException {
        if (asked) {
            throw ApiException.notImplemented("not built yet: " + what);
        }
    }
}

package dev.estiba.engine.spec;

import dev.estiba.api.HostConfig;
import dev.estiba.api.LogConfig;
import dev.estiba.api.Resources;
import dev.estiba.runtime.Defaults;
import java.util.OptionalLong;

/**
 * A container's wishes with what they come to, as dockerd writes it into them when it makes the container: who looks at them is told
 * what holds. What is kept is what was asked for.
 */
final class ShownHostConfig {
    /** As the daemon's information calls the usual one. */
    private static final String RUNTIME = "estiba";

    private ShownHostConfig() {}

    static HostConfig of(HostConfig asked, SecurityOptions security, HostFacts facts) {
        HostConfig.Builder shown = asked.toBuilder()
                .resources(resources(asked.resources()))
                .shmSize(asked.shmSize() > 0 ? asked.shmSize() : MountPlan.SHM);
        if (asked.ipcMode().isEmpty()) {
            shown.ipcMode("private");
        }
        if (asked.cgroupnsMode().isEmpty()) {
            shown.cgroupnsMode(facts.unified() ? "private" : "host");
        }
        if (asked.logConfig().type().isEmpty()) {
            shown.logConfig(new LogConfig("json-file", asked.logConfig().config()));
        }
        if (asked.runtime().isEmpty()) {
            shown.runtime(RUNTIME);
        }
        if (!asked.privileged() && !security.systemPathsVisible()) {
            shown.maskedPaths(asked.maskedPaths().orElse(Defaults.MASKED_PATHS));
            shown.readonlyPaths(asked.readonlyPaths().orElse(Defaults.READ_ONLY_PATHS));
        }
        return shown.build();
    }

    private static Resources resources(Resources asked) {
        Resources.Builder shown = asked.toBuilder();
        if (asked.memory() > 0 && asked.memorySwap() == 0) {
            shown.memorySwap(Math.min(asked.memory(), Long.MAX_VALUE / 2) * 2);
        }
        if (asked.memorySwappiness().orElse(0) == -1) {
            shown.memorySwappiness(OptionalLong.empty());
        }
        if (asked.pidsLimit().orElse(1) == 0) {
            shown.pidsLimit(OptionalLong.empty());
        }
        return shown.build();
    }
}

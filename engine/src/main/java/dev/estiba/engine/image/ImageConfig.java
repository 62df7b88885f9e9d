package dev.estiba.engine.image;

import dev.estiba.api.HealthConfig;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an image says about containers that say nothing themselves; empty where it says nothing. */
public record ImageConfig(
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        String user,
        String stopSignal,
        Map<String, String> labels,
        Set<String> exposedPorts,
        Set<String> volumes,
        Optional<HealthConfig> healthcheck) {
    public static final ImageConfig NOTHING = running(List.of(), List.of());

    public ImageConfig {
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        labels = Map.copyOf(labels);
        exposedPorts = Collections.unmodifiableSet(new LinkedHashSet<>(exposedPorts));
        volumes = Collections.unmodifiableSet(new LinkedHashSet<>(volumes));
    }

    static ImageConfig of(dev.estiba.oci.image.ImageConfig config) {
        var execution = config.execution();
        return new ImageConfig(
                execution.env(),
                execution.entrypoint(),
                execution.cmd(),
                execution.workingDir().orElse(""),
                execution.user().orElse(""),
                execution.stopSignal().orElse(""),
                execution.labels(),
                execution.exposedPorts(),
                execution.volumes(),
                execution.healthcheck().map(Described::health));
    }

    /** A program and its arguments, and nothing else. */
    static ImageConfig running(List<String> entrypoint, List<String> cmd) {
        return new ImageConfig(List.of(), entrypoint, cmd, "", "", "", Map.of(), Set.of(), Set.of(), Optional.empty());
    }
}

package dev.estiba.engine.image;

import java.util.List;
import java.util.Map;

/** What an image says about containers that say nothing themselves; empty where it says nothing. */
public record ImageConfig(
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        String user,
        String stopSignal,
        Map<String, String> labels) {
    public static final ImageConfig NOTHING = new ImageConfig(List.of(), List.of(), List.of(), "", "", "", Map.of());

    public ImageConfig {
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        labels = Map.copyOf(labels);
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
                execution.labels());
    }

    /** A program and its arguments, and nothing else. */
    static ImageConfig running(List<String> entrypoint, List<String> cmd) {
        return new ImageConfig(List.of(), entrypoint, cmd, "", "", "", Map.of());
    }
}

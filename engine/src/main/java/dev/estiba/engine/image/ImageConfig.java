package dev.estiba.engine.image;

import java.util.List;

/** What an image says about containers that say nothing themselves; empty where it says nothing. */
public record ImageConfig(
        List<String> env,
        List<String> entrypoint,
        List<String> cmd,
        String workingDir,
        String user,
        String stopSignal) {
    public static final ImageConfig NOTHING = new ImageConfig(List.of(), List.of(), List.of(), "", "", "");

    public ImageConfig {
        env = List.copyOf(env);
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
    }
}

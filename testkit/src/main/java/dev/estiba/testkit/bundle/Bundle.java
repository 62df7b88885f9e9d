package dev.estiba.testkit.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A bundle on disk: {@code config.json}, {@code rootfs/} and the files that are bound into it. The files are the truth:
 * each change is written at once, and there is nothing to finish.
 *
 * @param directory the bundle's directory; it belongs to whoever had it made
 * @param id the container's id, which also is in the config's host name, environment and cgroup path
 */
public record Bundle(Path directory, String id) {
    /** Where the probe is in the container. */
    public static final String PROBE = "/bin/probe";

    /** The container's root file system on the host. */
    public Path rootfs() {
        return directory.resolve("rootfs");
    }

    /** The config.json. */
    public Path configFile() {
        return directory.resolve("config.json");
    }

    /** The config as it is now. */
    public JsonObject config() throws IOException {
        return JsonObject.parse(Files.readAllBytes(configFile()));
    }

    /** Changes the config in place: {@code bundle.edit(config -> config.put("root.readonly", true))}. */
    public Bundle edit(Consumer<JsonObject> change) throws IOException {
        JsonObject config = config();
        change.accept(config);
        Files.write(configFile(), config.bytes());
        return this;
    }

    /** The command that runs in the container, its program first. */
    public Bundle args(String... args) throws IOException {
        return edit(config -> config.put("process.args", JsonObject.array((Object[]) args)));
    }

    /** Lets the probe run in the container: {@code probe("caps", "--", "ids")}. */
    public Bundle probe(String... words) throws IOException {
        return edit(config -> {
            List<Object> args = JsonObject.array((Object[]) words);
            args.addFirst(PROBE);
            config.put("process.args", args);
        });
    }

    /** The cgroup in which the container is to be, relative to the root of each hierarchy. */
    public String cgroup() throws IOException {
        return config().text("linux.cgroupsPath");
    }
}

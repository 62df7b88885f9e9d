package dev.estiba.oci.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How an image is run, and what it is made of (config.md), with what Docker has beside the specification.
 *
 * @param created RFC 3339, as its author has written it
 * @param platform what its programs run on
 * @param diffIds the digests of the layers' archives as they are unpacked, from the lowest to the uppermost
 */
public record ImageConfig(
        Optional<String> created,
        Optional<String> author,
        Platform platform,
        Execution execution,
        List<Digest> diffIds,
        List<History> history) {
    public ImageConfig {
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
    }

    /**
     * The parameters of a container that is made of the image.
     *
     * @param user {@code USER}, {@code USER:GROUP}, names or numbers; empty: root
     * @param exposedPorts {@code 80/tcp}
     * @param env {@code NAME=VALUE}
     * @param entrypoint empty: none
     * @param shell of Dockerfiles' shell forms
     * @param onBuild Dockerfile instructions for images that are made of this one
     * @param argsEscaped on Windows only
     */
    public record Execution(
            Optional<String> user,
            Set<String> exposedPorts,
            List<String> env,
            List<String> entrypoint,
            List<String> cmd,
            Set<String> volumes,
            Optional<String> workingDir,
            Map<String, String> labels,
            Optional<String> stopSignal,
            OptionalInt stopTimeout,
            Optional<Healthcheck> healthcheck,
            List<String> shell,
            List<String> onBuild,
            boolean argsEscaped) {
        public Execution {
            exposedPorts = Annotations.inOrder(exposedPorts);
            env = List.copyOf(env);
            entrypoint = List.copyOf(entrypoint);
            cmd = List.copyOf(cmd);
            volumes = Annotations.inOrder(volumes);
            labels = Annotations.inOrder(labels);
            shell = List.copyOf(shell);
            onBuild = List.copyOf(onBuild);
        }

        public static final Execution NOTHING = new Execution(
                Optional.empty(),
                Set.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                false);
    }

    /**
     * Docker's. Times in nanoseconds.
     *
     * @param test {@code NONE}; {@code CMD} and words; {@code CMD-SHELL} and a line
     */
    public record Healthcheck(
            List<String> test,
            OptionalLong interval,
            OptionalLong timeout,
            OptionalLong startPeriod,
            OptionalLong startInterval,
            OptionalInt retries) {
        public Healthcheck {
            test = List.copyOf(test);
        }
    }

    /** How a layer has come to be; {@code emptyLayer} when it has none. */
    public record History(
            Optional<String> created,
            Optional<String> createdBy,
            Optional<String> author,
            Optional<String> comment,
            boolean emptyLayer) {}
}

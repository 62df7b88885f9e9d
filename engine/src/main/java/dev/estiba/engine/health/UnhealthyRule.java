package dev.estiba.engine.health;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.HostConfig;
import java.util.Optional;

/**
 * What is done to a container when it becomes unhealthy: {@code --health-on-failure}, which podman has as well. In the API it
 * is an annotation, so every client can say it.
 */
public enum UnhealthyRule {
    NONE,
    /** Killed; what then is its restart policy's to say. */
    KILL,
    /** Stopped, as {@code stop} does, and started again whatever its restart policy says. */
    RESTART,
    /** Stopped, as if somebody had. */
    STOP;

    public static final String ANNOTATION = "dev.estiba.health-on-failure";

    /** @throws ApiException 400 when there is no such rule */
    public static UnhealthyRule of(HostConfig host) throws ApiException {
        String word = Optional.ofNullable(host.annotations().get(ANNOTATION)).orElse("");
        return switch (word) {
            case "", "none" -> NONE;
            case "kill" -> KILL;
            case "restart" -> RESTART;
            case "stop" -> STOP;
            default ->
                throw ApiException.badRequest(
                        "invalid --health-on-failure: " + word + " (there are none, kill, restart and stop)");
        };
    }

    /** @throws ApiException 400 where it could never be followed */
    public static void check(ContainerConfig config, HostConfig host) throws ApiException {
        UnhealthyRule rule = of(host);
        if (rule != NONE && HealthSettings.of(config).isEmpty()) {
            throw ApiException.badRequest("--health-on-failure needs a health check (--health-cmd)");
        }
        if (rule == RESTART && host.autoRemove()) {
            throw ApiException.badRequest("can't create 'AutoRemove' container with --health-on-failure restart");
        }
    }
}

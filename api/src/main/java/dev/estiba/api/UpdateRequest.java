package dev.estiba.api;

import java.util.Optional;

/**
 * Other limits for a container; what is Go's zero value stays as it is.
 *
 * @param restartPolicy absent: as it is
 */
public record UpdateRequest(Resources resources, Optional<RestartPolicy> restartPolicy) {
    /** A body has them as a {@link HostConfig} has them. */
    public static UpdateRequest of(HostConfig body) {
        return new UpdateRequest(
                body.resources(),
                Optional.of(body.restartPolicy())
                        .filter(policy -> !policy.name().isEmpty()));
    }

    /** The other way round. */
    public HostConfig body() {
        return HostConfig.builder()
                .resources(resources)
                .restartPolicy(restartPolicy.orElse(new RestartPolicy("", 0)))
                .build();
    }
}

package dev.estiba.api;

import java.util.Map;

/** The networks of a new container. */
public record NetworkingConfig(Map<String, EndpointSettings> endpointsConfig) {
    public NetworkingConfig {
        endpointsConfig = Copies.inOrder(endpointsConfig);
    }
}

package dev.estiba.api;

import java.util.Map;

/** What a listing tells of a container's networks. */
public record SummaryNetworks(Map<String, EndpointSettings> networks) {
    public SummaryNetworks {
        networks = Copies.inOrder(networks);
    }
}

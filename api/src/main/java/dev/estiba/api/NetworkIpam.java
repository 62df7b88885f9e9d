package dev.estiba.api;

import java.util.List;
import java.util.Map;

/** Where a network's addresses come from. */
public record NetworkIpam(String driver, Map<String, String> options, List<NetworkIpamConfig> config) {
    public NetworkIpam {
        options = Copies.inOrder(options);
        config = List.copyOf(config);
    }
}

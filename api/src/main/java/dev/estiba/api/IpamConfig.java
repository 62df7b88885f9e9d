package dev.estiba.api;

import java.util.List;

/** Addresses that were asked for. */
public record IpamConfig(String ipv4Address, String ipv6Address, List<String> linkLocalIps) {
    public IpamConfig {
        linkLocalIps = List.copyOf(linkLocalIps);
    }
}

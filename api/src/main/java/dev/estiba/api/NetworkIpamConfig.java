package dev.estiba.api;

import java.util.Map;

/**
 * A subnet of a network. What is empty is chosen.
 *
 * @param subnet {@code 172.28.0.0/16}
 * @param ipRange where containers get their addresses from
 * @param gateway the bridge's own address
 * @param auxiliaryAddresses that others have, by their names
 */
public record NetworkIpamConfig(String subnet, String ipRange, String gateway, Map<String, String> auxiliaryAddresses) {
    public NetworkIpamConfig {
        auxiliaryAddresses = Copies.inOrder(auxiliaryAddresses);
    }
}

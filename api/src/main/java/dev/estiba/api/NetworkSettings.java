package dev.estiba.api;

import java.util.List;
import java.util.Map;

/** The networks that a container is in. */
public record NetworkSettings(
        String bridge,
        String sandboxId,
        String sandboxKey,
        Map<String, List<PortBinding>> ports,
        String gateway,
        String ipAddress,
        int ipPrefixLen,
        String macAddress,
        Map<String, EndpointSettings> networks) {
    /** Every field as Go would have it in a new value. */
    public static final NetworkSettings NOTHING = builder().build();

    public NetworkSettings {
        ports = Copies.lists(ports);
        networks = Copies.inOrder(networks);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.bridge = bridge;
        copy.sandboxId = sandboxId;
        copy.sandboxKey = sandboxKey;
        copy.ports = ports;
        copy.gateway = gateway;
        copy.ipAddress = ipAddress;
        copy.ipPrefixLen = ipPrefixLen;
        copy.macAddress = macAddress;
        copy.networks = networks;
        return copy;
    }

    /** Collects the fields of a {@link NetworkSettings}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String bridge = "";
        private String sandboxId = "";
        private String sandboxKey = "";
        private Map<String, List<PortBinding>> ports = Map.of();
        private String gateway = "";
        private String ipAddress = "";
        private int ipPrefixLen = 0;
        private String macAddress = "";
        private Map<String, EndpointSettings> networks = Map.of();

        private Builder() {}

        public Builder bridge(String bridge) {
            this.bridge = bridge;
            return this;
        }

        public Builder sandboxId(String sandboxId) {
            this.sandboxId = sandboxId;
            return this;
        }

        public Builder sandboxKey(String sandboxKey) {
            this.sandboxKey = sandboxKey;
            return this;
        }

        public Builder ports(Map<String, List<PortBinding>> ports) {
            this.ports = ports;
            return this;
        }

        public Builder gateway(String gateway) {
            this.gateway = gateway;
            return this;
        }

        public Builder ipAddress(String ipAddress) {
            this.ipAddress = ipAddress;
            return this;
        }

        public Builder ipPrefixLen(int ipPrefixLen) {
            this.ipPrefixLen = ipPrefixLen;
            return this;
        }

        public Builder macAddress(String macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        public Builder networks(Map<String, EndpointSettings> networks) {
            this.networks = networks;
            return this;
        }

        public NetworkSettings build() {
            return new NetworkSettings(
                    bridge, sandboxId, sandboxKey, ports, gateway, ipAddress, ipPrefixLen, macAddress, networks);
        }
    }
}

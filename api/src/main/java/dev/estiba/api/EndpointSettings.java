package dev.estiba.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a container is in a network. */
public record EndpointSettings(
        Optional<IpamConfig> ipamConfig,
        List<String> links,
        List<String> aliases,
        String macAddress,
        Map<String, String> driverOpts,
        int gwPriority,
        String networkId,
        String endpointId,
        String gateway,
        String ipAddress,
        int ipPrefixLen,
        String ipv6Gateway,
        String globalIPv6Address,
        int globalIPv6PrefixLen,
        List<String> dnsNames) {
    /** Every field as Go would have it in a new value. */
    public static final EndpointSettings NOTHING = builder().build();

    public EndpointSettings {
        links = List.copyOf(links);
        aliases = List.copyOf(aliases);
        driverOpts = Copies.inOrder(driverOpts);
        dnsNames = List.copyOf(dnsNames);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.ipamConfig = ipamConfig;
        copy.links = links;
        copy.aliases = aliases;
        copy.macAddress = macAddress;
        copy.driverOpts = driverOpts;
        copy.gwPriority = gwPriority;
        copy.networkId = networkId;
        copy.endpointId = endpointId;
        copy.gateway = gateway;
        copy.ipAddress = ipAddress;
        copy.ipPrefixLen = ipPrefixLen;
        copy.ipv6Gateway = ipv6Gateway;
        copy.globalIPv6Address = globalIPv6Address;
        copy.globalIPv6PrefixLen = globalIPv6PrefixLen;
        copy.dnsNames = dnsNames;
        return copy;
    }

    /** Collects the fields of a {@link EndpointSettings}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private Optional<IpamConfig> ipamConfig = Optional.empty();
        private List<String> links = List.of();
        private List<String> aliases = List.of();
        private String macAddress = "";
        private Map<String, String> driverOpts = Map.of();
        private int gwPriority = 0;
        private String networkId = "";
        private String endpointId = "";
        private String gateway = "";
        private String ipAddress = "";
        private int ipPrefixLen = 0;
        private String ipv6Gateway = "";
        private String globalIPv6Address = "";
        private int globalIPv6PrefixLen = 0;
        private List<String> dnsNames = List.of();

        private Builder() {}

        public Builder ipamConfig(IpamConfig ipamConfig) {
            this.ipamConfig = Optional.of(ipamConfig);
            return this;
        }

        public Builder links(List<String> links) {
            this.links = links;
            return this;
        }

        public Builder aliases(List<String> aliases) {
            this.aliases = aliases;
            return this;
        }

        public Builder macAddress(String macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        public Builder driverOpts(Map<String, String> driverOpts) {
            this.driverOpts = driverOpts;
            return this;
        }

        public Builder gwPriority(int gwPriority) {
            this.gwPriority = gwPriority;
            return this;
        }

        public Builder networkId(String networkId) {
            this.networkId = networkId;
            return this;
        }

        public Builder endpointId(String endpointId) {
            this.endpointId = endpointId;
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

        public Builder ipv6Gateway(String ipv6Gateway) {
            this.ipv6Gateway = ipv6Gateway;
            return this;
        }

        public Builder globalIPv6Address(String globalIPv6Address) {
            this.globalIPv6Address = globalIPv6Address;
            return this;
        }

        public Builder globalIPv6PrefixLen(int globalIPv6PrefixLen) {
            this.globalIPv6PrefixLen = globalIPv6PrefixLen;
            return this;
        }

        public Builder dnsNames(List<String> dnsNames) {
            this.dnsNames = dnsNames;
            return this;
        }

        public EndpointSettings build() {
            return new EndpointSettings(
                    ipamConfig,
                    links,
                    aliases,
                    macAddress,
                    driverOpts,
                    gwPriority,
                    networkId,
                    endpointId,
                    gateway,
                    ipAddress,
                    ipPrefixLen,
                    ipv6Gateway,
                    globalIPv6Address,
                    globalIPv6PrefixLen,
                    dnsNames);
        }
    }
}

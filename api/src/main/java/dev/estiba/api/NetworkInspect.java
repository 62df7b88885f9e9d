package dev.estiba.api;

import java.util.List;
import java.util.Map;

/** A network, as it is. */
public record NetworkInspect(
        String name,
        String id,
        String created,
        String scope,
        String driver,
        boolean enableIpv4,
        boolean enableIpv6,
        NetworkIpam ipam,
        boolean internal,
        boolean attachable,
        boolean ingress,
        ConfigReference configFrom,
        boolean configOnly,
        Map<String, EndpointResource> containers,
        Map<String, String> options,
        Map<String, String> labels) {
    /** Every field as Go would have it in a new value. */
    public static final NetworkInspect NOTHING = builder().build();

    public NetworkInspect {
        containers = Copies.inOrder(containers);
        options = Copies.inOrder(options);
        labels = Copies.inOrder(labels);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.name = name;
        copy.id = id;
        copy.created = created;
        copy.scope = scope;
        copy.driver = driver;
        copy.enableIpv4 = enableIpv4;
        copy.enableIpv6 = enableIpv6;
        copy.ipam = ipam;
        copy.internal = internal;
        copy.attachable = attachable;
        copy.ingress = ingress;
        copy.configFrom = configFrom;
        copy.configOnly = configOnly;
        copy.containers = containers;
        copy.options = options;
        copy.labels = labels;
        return copy;
    }

    /** Collects the fields of a {@link NetworkInspect}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String name = "";
        private String id = "";
        private String created = "";
        private String scope = "local";
        private String driver = "";
        private boolean enableIpv4 = false;
        private boolean enableIpv6 = false;
        private NetworkIpam ipam = new NetworkIpam("default", Map.of(), List.of());
        private boolean internal = false;
        private boolean attachable = false;
        private boolean ingress = false;
        private ConfigReference configFrom = new ConfigReference("");
        private boolean configOnly = false;
        private Map<String, EndpointResource> containers = Map.of();
        private Map<String, String> options = Map.of();
        private Map<String, String> labels = Map.of();

        private Builder() {}

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder created(String created) {
            this.created = created;
            return this;
        }

        public Builder scope(String scope) {
            this.scope = scope;
            return this;
        }

        public Builder driver(String driver) {
            this.driver = driver;
            return this;
        }

        public Builder enableIpv4(boolean enableIpv4) {
            this.enableIpv4 = enableIpv4;
            return this;
        }

        public Builder enableIpv6(boolean enableIpv6) {
            this.enableIpv6 = enableIpv6;
            return this;
        }

        public Builder ipam(NetworkIpam ipam) {
            this.ipam = ipam;
            return this;
        }

        public Builder internal(boolean internal) {
            this.internal = internal;
            return this;
        }

        public Builder attachable(boolean attachable) {
            this.attachable = attachable;
            return this;
        }

        public Builder ingress(boolean ingress) {
            this.ingress = ingress;
            return this;
        }

        public Builder configFrom(ConfigReference configFrom) {
            this.configFrom = configFrom;
            return this;
        }

        public Builder configOnly(boolean configOnly) {
            this.configOnly = configOnly;
            return this;
        }

        public Builder containers(Map<String, EndpointResource> containers) {
            this.containers = containers;
            return this;
        }

        public Builder options(Map<String, String> options) {
            this.options = options;
            return this;
        }

        public Builder labels(Map<String, String> labels) {
            this.labels = labels;
            return this;
        }

        public NetworkInspect build() {
            return new NetworkInspect(
                    name,
                    id,
                    created,
                    scope,
                    driver,
                    enableIpv4,
                    enableIpv6,
                    ipam,
                    internal,
                    attachable,
                    ingress,
                    configFrom,
                    configOnly,
                    containers,
                    options,
                    labels);
        }
    }
}

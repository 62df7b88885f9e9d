package dev.estiba.api;

import java.util.Map;
import java.util.Optional;

/** A network that somebody wants. */
public record NetworkCreateRequest(
        String name,
        String driver,
        String scope,
        Optional<Boolean> enableIpv4,
        Optional<Boolean> enableIpv6,
        Optional<NetworkIpam> ipam,
        boolean internal,
        boolean attachable,
        boolean ingress,
        boolean configOnly,
        Optional<ConfigReference> configFrom,
        Map<String, String> options,
        Map<String, String> labels) {
    /** Every field as Go would have it in a new value. */
    public static final NetworkCreateRequest NOTHING = builder().build();

    public NetworkCreateRequest {
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
        copy.driver = driver;
        copy.scope = scope;
        copy.enableIpv4 = enableIpv4;
        copy.enableIpv6 = enableIpv6;
        copy.ipam = ipam;
        copy.internal = internal;
        copy.attachable = attachable;
        copy.ingress = ingress;
        copy.configOnly = configOnly;
        copy.configFrom = configFrom;
        copy.options = options;
        copy.labels = labels;
        return copy;
    }

    /** Collects the fields of a {@link NetworkCreateRequest}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String name = "";
        private String driver = "";
        private String scope = "";
        private Optional<Boolean> enableIpv4 = Optional.empty();
        private Optional<Boolean> enableIpv6 = Optional.empty();
        private Optional<NetworkIpam> ipam = Optional.empty();
        private boolean internal = false;
        private boolean attachable = false;
        private boolean ingress = false;
        private boolean configOnly = false;
        private Optional<ConfigReference> configFrom = Optional.empty();
        private Map<String, String> options = Map.of();
        private Map<String, String> labels = Map.of();

        private Builder() {}

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder driver(String driver) {
            this.driver = driver;
            return this;
        }

        public Builder scope(String scope) {
            this.scope = scope;
            return this;
        }

        public Builder enableIpv4(boolean enableIpv4) {
            this.enableIpv4 = Optional.of(enableIpv4);
            return this;
        }

        public Builder enableIpv6(boolean enableIpv6) {
            this.enableIpv6 = Optional.of(enableIpv6);
            return this;
        }

        public Builder ipam(NetworkIpam ipam) {
            this.ipam = Optional.of(ipam);
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

        public Builder configOnly(boolean configOnly) {
            this.configOnly = configOnly;
            return this;
        }

        public Builder configFrom(ConfigReference configFrom) {
            this.configFrom = Optional.of(configFrom);
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

        public NetworkCreateRequest build() {
            return new NetworkCreateRequest(
                    name,
                    driver,
                    scope,
                    enableIpv4,
                    enableIpv6,
                    ipam,
                    internal,
                    attachable,
                    ingress,
                    configOnly,
                    configFrom,
                    options,
                    labels);
        }
    }
}

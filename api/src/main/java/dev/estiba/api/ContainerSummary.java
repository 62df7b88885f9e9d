package dev.estiba.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A line of a listing: an element of the answer to {@code GET /containers/json}.
 *
 * @param names each with a slash before it
 * @param created seconds since 1970
 * @param status in words: {@code Up 3 minutes}
 * @param health since version 1.52
 */
public record ContainerSummary(
        String id,
        List<String> names,
        String image,
        String imageId,
        String command,
        long created,
        List<Port> ports,
        long sizeRw,
        long sizeRootFs,
        Map<String, String> labels,
        String state,
        String status,
        SummaryHostConfig hostConfig,
        SummaryNetworks networkSettings,
        List<MountPoint> mounts,
        Optional<HealthSummary> health) {
    /** Every field as Go would have it in a new value. */
    public static final ContainerSummary NOTHING = builder().build();

    public ContainerSummary {
        names = List.copyOf(names);
        ports = List.copyOf(ports);
        labels = Copies.inOrder(labels);
        mounts = List.copyOf(mounts);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.id = id;
        copy.names = names;
        copy.image = image;
        copy.imageId = imageId;
        copy.command = command;
        copy.created = created;
        copy.ports = ports;
        copy.sizeRw = sizeRw;
        copy.sizeRootFs = sizeRootFs;
        copy.labels = labels;
        copy.state = state;
        copy.status = status;
        copy.hostConfig = hostConfig;
        copy.networkSettings = networkSettings;
        copy.mounts = mounts;
        copy.health = health;
        return copy;
    }

    /** Collects the fields of a {@link ContainerSummary}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String id = "";
        private List<String> names = List.of();
        private String image = "";
        private String imageId = "";
        private String command = "";
        private long created = 0;
        private List<Port> ports = List.of();
        private long sizeRw = 0;
        private long sizeRootFs = 0;
        private Map<String, String> labels = Map.of();
        private String state = "";
        private String status = "";
        private SummaryHostConfig hostConfig = new SummaryHostConfig("", Map.of());
        private SummaryNetworks networkSettings = new SummaryNetworks(Map.of());
        private List<MountPoint> mounts = List.of();
        private Optional<HealthSummary> health = Optional.empty();

        private Builder() {}

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder names(List<String> names) {
            this.names = names;
            return this;
        }

        public Builder image(String image) {
            this.image = image;
            return this;
        }

        public Builder imageId(String imageId) {
            this.imageId = imageId;
            return this;
        }

        public Builder command(String command) {
            this.command = command;
            return this;
        }

        public Builder created(long created) {
            this.created = created;
            return this;
        }

        public Builder ports(List<Port> ports) {
            this.ports = ports;
            return this;
        }

        public Builder sizeRw(long sizeRw) {
            this.sizeRw = sizeRw;
            return this;
        }

        public Builder sizeRootFs(long sizeRootFs) {
            this.sizeRootFs = sizeRootFs;
            return this;
        }

        public Builder labels(Map<String, String> labels) {
            this.labels = labels;
            return this;
        }

        public Builder state(String state) {
            this.state = state;
            return this;
        }

        public Builder status(String status) {
            this.status = status;
            return this;
        }

        public Builder hostConfig(SummaryHostConfig hostConfig) {
            this.hostConfig = hostConfig;
            return this;
        }

        public Builder networkSettings(SummaryNetworks networkSettings) {
            this.networkSettings = networkSettings;
            return this;
        }

        public Builder mounts(List<MountPoint> mounts) {
            this.mounts = mounts;
            return this;
        }

        public Builder health(Optional<HealthSummary> health) {
            this.health = health;
            return this;
        }

        public ContainerSummary build() {
            return new ContainerSummary(
                    id,
                    names,
                    image,
                    imageId,
                    command,
                    created,
                    ports,
                    sizeRw,
                    sizeRootFs,
                    labels,
                    state,
                    status,
                    hostConfig,
                    networkSettings,
                    mounts,
                    health);
        }
    }
}

package dev.estiba.api;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * All that is known of a container: the answer to {@code GET /containers/ID/json}.
 *
 * @param name with a slash before it
 */
public record ContainerInspect(
        String id,
        String created,
        String path,
        List<String> args,
        ContainerState state,
        String image,
        String resolvConfPath,
        String hostnamePath,
        String hostsPath,
        String logPath,
        String name,
        int restartCount,
        String driver,
        String platform,
        String mountLabel,
        String processLabel,
        String appArmorProfile,
        List<String> execIds,
        HostConfig hostConfig,
        GraphDriver graphDriver,
        OptionalLong sizeRw,
        OptionalLong sizeRootFs,
        List<MountPoint> mounts,
        ContainerConfig config,
        NetworkSettings networkSettings) {
    /** Every field as Go would have it in a new value. */
    public static final ContainerInspect NOTHING = builder().build();

    public ContainerInspect {
        args = List.copyOf(args);
        execIds = List.copyOf(execIds);
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
        copy.created = created;
        copy.path = path;
        copy.args = args;
        copy.state = state;
        copy.image = image;
        copy.resolvConfPath = resolvConfPath;
        copy.hostnamePath = hostnamePath;
        copy.hostsPath = hostsPath;
        copy.logPath = logPath;
        copy.name = name;
        copy.restartCount = restartCount;
        copy.driver = driver;
        copy.platform = platform;
        copy.mountLabel = mountLabel;
        copy.processLabel = processLabel;
        copy.appArmorProfile = appArmorProfile;
        copy.execIds = execIds;
        copy.hostConfig = hostConfig;
        copy.graphDriver = graphDriver;
        copy.sizeRw = sizeRw;
        copy.sizeRootFs = sizeRootFs;
        copy.mounts = mounts;
        copy.config = config;
        copy.networkSettings = networkSettings;
        return copy;
    }

    /** Collects the fields of a {@link ContainerInspect}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String id = "";
        private String created = "";
        private String path = "";
        private List<String> args = List.of();
        private ContainerState state = ContainerState.NOTHING;
        private String image = "";
        private String resolvConfPath = "";
        private String hostnamePath = "";
        private String hostsPath = "";
        private String logPath = "";
        private String name = "";
        private int restartCount = 0;
        private String driver = "";
        private String platform = "";
        private String mountLabel = "";
        private String processLabel = "";
        private String appArmorProfile = "";
        private List<String> execIds = List.of();
        private HostConfig hostConfig = HostConfig.NOTHING;
        private GraphDriver graphDriver = new GraphDriver(Map.of(), "");
        private OptionalLong sizeRw = OptionalLong.empty();
        private OptionalLong sizeRootFs = OptionalLong.empty();
        private List<MountPoint> mounts = List.of();
        private ContainerConfig config = ContainerConfig.NOTHING;
        private NetworkSettings networkSettings = NetworkSettings.NOTHING;

        private Builder() {}

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder created(String created) {
            this.created = created;
            return this;
        }

        public Builder path(String path) {
            this.path = path;
            return this;
        }

        public Builder args(List<String> args) {
            this.args = args;
            return this;
        }

        public Builder state(ContainerState state) {
            this.state = state;
            return this;
        }

        public Builder image(String image) {
            this.image = image;
            return this;
        }

        public Builder resolvConfPath(String resolvConfPath) {
            this.resolvConfPath = resolvConfPath;
            return this;
        }

        public Builder hostnamePath(String hostnamePath) {
            this.hostnamePath = hostnamePath;
            return this;
        }

        public Builder hostsPath(String hostsPath) {
            this.hostsPath = hostsPath;
            return this;
        }

        public Builder logPath(String logPath) {
            this.logPath = logPath;
            return this;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder restartCount(int restartCount) {
            this.restartCount = restartCount;
            return this;
        }

        public Builder driver(String driver) {
            this.driver = driver;
            return this;
        }

        public Builder platform(String platform) {
            this.platform = platform;
            return this;
        }

        public Builder mountLabel(String mountLabel) {
            this.mountLabel = mountLabel;
            return this;
        }

        public Builder processLabel(String processLabel) {
            this.processLabel = processLabel;
            return this;
        }

        public Builder appArmorProfile(String appArmorProfile) {
            this.appArmorProfile = appArmorProfile;
            return this;
        }

        public Builder execIds(List<String> execIds) {
            this.execIds = execIds;
            return this;
        }

        public Builder hostConfig(HostConfig hostConfig) {
            this.hostConfig = hostConfig;
            return this;
        }

        public Builder graphDriver(GraphDriver graphDriver) {
            this.graphDriver = graphDriver;
            return this;
        }

        public Builder sizeRw(long sizeRw) {
            this.sizeRw = OptionalLong.of(sizeRw);
            return this;
        }

        public Builder sizeRootFs(long sizeRootFs) {
            this.sizeRootFs = OptionalLong.of(sizeRootFs);
            return this;
        }

        public Builder mounts(List<MountPoint> mounts) {
            this.mounts = mounts;
            return this;
        }

        public Builder config(ContainerConfig config) {
            this.config = config;
            return this;
        }

        public Builder networkSettings(NetworkSettings networkSettings) {
            this.networkSettings = networkSettings;
            return this;
        }

        public ContainerInspect build() {
            return new ContainerInspect(
                    id,
                    created,
                    path,
                    args,
                    state,
                    image,
                    resolvConfPath,
                    hostnamePath,
                    hostsPath,
                    logPath,
                    name,
                    restartCount,
                    driver,
                    platform,
                    mountLabel,
                    processLabel,
                    appArmorProfile,
                    execIds,
                    hostConfig,
                    graphDriver,
                    sizeRw,
                    sizeRootFs,
                    mounts,
                    config,
                    networkSettings);
        }
    }
}

package dev.estiba.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a container has of its host: the Engine API's {@code HostConfig}.
 *
 * @param binds {@code SOURCE:TARGET[:OPTIONS]}
 * @param maskedPaths absent: the default ones
 * @param readonlyPaths absent: the default ones
 * @param idMappings which ids of the host the container's users are, in a user namespace of its own; absent: as usernsMode says
 */
public record HostConfig(
        List<String> binds,
        String containerIdFile,
        LogConfig logConfig,
        String networkMode,
        Map<String, List<PortBinding>> portBindings,
        RestartPolicy restartPolicy,
        boolean autoRemove,
        String volumeDriver,
        List<String> volumesFrom,
        ConsoleSize consoleSize,
        Map<String, String> annotations,
        List<String> capAdd,
        List<String> capDrop,
        String cgroupnsMode,
        List<String> dns,
        List<String> dnsOptions,
        List<String> dnsSearch,
        List<String> extraHosts,
        List<String> groupAdd,
        String ipcMode,
        String cgroup,
        List<String> links,
        int oomScoreAdj,
        String pidMode,
        boolean privileged,
        boolean publishAllPorts,
        boolean readonlyRootfs,
        List<String> securityOpt,
        Map<String, String> storageOpt,
        Map<String, String> tmpfs,
        String utsMode,
        String usernsMode,
        long shmSize,
        Map<String, String> sysctls,
        String runtime,
        String isolation,
        Resources resources,
        List<Mount> mounts,
        Optional<List<String>> maskedPaths,
        Optional<List<String>> readonlyPaths,
        Optional<Boolean> init,
        Optional<IdMappings> idMappings) {
    /** Every field as Go would have it in a new value. */
    public static final HostConfig NOTHING = builder().build();

    public HostConfig {
        binds = List.copyOf(binds);
        portBindings = Copies.lists(portBindings);
        volumesFrom = List.copyOf(volumesFrom);
        annotations = Copies.inOrder(annotations);
        capAdd = List.copyOf(capAdd);
        capDrop = List.copyOf(capDrop);
        dns = List.copyOf(dns);
        dnsOptions = List.copyOf(dnsOptions);
        dnsSearch = List.copyOf(dnsSearch);
        extraHosts = List.copyOf(extraHosts);
        groupAdd = List.copyOf(groupAdd);
        links = List.copyOf(links);
        securityOpt = List.copyOf(securityOpt);
        storageOpt = Copies.inOrder(storageOpt);
        tmpfs = Copies.inOrder(tmpfs);
        sysctls = Copies.inOrder(sysctls);
        mounts = List.copyOf(mounts);
        maskedPaths = maskedPaths.map(List::copyOf);
        readonlyPaths = readonlyPaths.map(List::copyOf);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.binds = binds;
        copy.containerIdFile = containerIdFile;
        copy.logConfig = logConfig;
        copy.networkMode = networkMode;
        copy.portBindings = portBindings;
        copy.restartPolicy = restartPolicy;
        copy.autoRemove = autoRemove;
        copy.volumeDriver = volumeDriver;
        copy.volumesFrom = volumesFrom;
        copy.consoleSize = consoleSize;
        copy.annotations = annotations;
        copy.capAdd = capAdd;
        copy.capDrop = capDrop;
        copy.cgroupnsMode = cgroupnsMode;
        copy.dns = dns;
        copy.dnsOptions = dnsOptions;
        copy.dnsSearch = dnsSearch;
        copy.extraHosts = extraHosts;
        copy.groupAdd = groupAdd;
        copy.ipcMode = ipcMode;
        copy.cgroup = cgroup;
        copy.links = links;
        copy.oomScoreAdj = oomScoreAdj;
        copy.pidMode = pidMode;
        copy.privileged = privileged;
        copy.publishAllPorts = publishAllPorts;
        copy.readonlyRootfs = readonlyRootfs;
        copy.securityOpt = securityOpt;
        copy.storageOpt = storageOpt;
        copy.tmpfs = tmpfs;
        copy.utsMode = utsMode;
        copy.usernsMode = usernsMode;
        copy.shmSize = shmSize;
        copy.sysctls = sysctls;
        copy.runtime = runtime;
        copy.isolation = isolation;
        copy.resources = resources;
        copy.mounts = mounts;
        copy.maskedPaths = maskedPaths;
        copy.readonlyPaths = readonlyPaths;
        copy.init = init;
        copy.idMappings = idMappings;
        return copy;
    }

    /** Collects the fields of a {@link HostConfig}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private List<String> binds = List.of();
        private String containerIdFile = "";
        private LogConfig logConfig = new LogConfig("", Map.of());
        private String networkMode = "";
        private Map<String, List<PortBinding>> portBindings = Map.of();
        private RestartPolicy restartPolicy = new RestartPolicy("", 0);
        private boolean autoRemove = false;
        private String volumeDriver = "";
        private List<String> volumesFrom = List.of();
        private ConsoleSize consoleSize = new ConsoleSize(0, 0);
        private Map<String, String> annotations = Map.of();
        private List<String> capAdd = List.of();
        private List<String> capDrop = List.of();
        private String cgroupnsMode = "";
        private List<String> dns = List.of();
        private List<String> dnsOptions = List.of();
        private List<String> dnsSearch = List.of();
        private List<String> extraHosts = List.of();
        private List<String> groupAdd = List.of();
        private String ipcMode = "";
        private String cgroup = "";
        private List<String> links = List.of();
        private int oomScoreAdj = 0;
        private String pidMode = "";
        private boolean privileged = false;
        private boolean publishAllPorts = false;
        private boolean readonlyRootfs = false;
        private List<String> securityOpt = List.of();
        private Map<String, String> storageOpt = Map.of();
        private Map<String, String> tmpfs = Map.of();
        private String utsMode = "";
        private String usernsMode = "";
        private long shmSize = 0;
        private Map<String, String> sysctls = Map.of();
        private String runtime = "";
        private String isolation = "";
        private Resources resources = Resources.NOTHING;
        private List<Mount> mounts = List.of();
        private Optional<List<String>> maskedPaths = Optional.empty();
        private Optional<List<String>> readonlyPaths = Optional.empty();
        private Optional<Boolean> init = Optional.empty();
        private Optional<IdMappings> idMappings = Optional.empty();

        private Builder() {}

        public Builder binds(List<String> binds) {
            this.binds = binds;
            return this;
        }

        public Builder containerIdFile(String containerIdFile) {
            this.containerIdFile = containerIdFile;
            return this;
        }

        public Builder logConfig(LogConfig logConfig) {
            this.logConfig = logConfig;
            return this;
        }

        public Builder networkMode(String networkMode) {
            this.networkMode = networkMode;
            return this;
        }

        public Builder portBindings(Map<String, List<PortBinding>> portBindings) {
            this.portBindings = portBindings;
            return this;
        }

        public Builder restartPolicy(RestartPolicy restartPolicy) {
            this.restartPolicy = restartPolicy;
            return this;
        }

        public Builder autoRemove(boolean autoRemove) {
            this.autoRemove = autoRemove;
            return this;
        }

        public Builder volumeDriver(String volumeDriver) {
            this.volumeDriver = volumeDriver;
            return this;
        }

        public Builder volumesFrom(List<String> volumesFrom) {
            this.volumesFrom = volumesFrom;
            return this;
        }

        public Builder consoleSize(ConsoleSize consoleSize) {
            this.consoleSize = consoleSize;
            return this;
        }

        public Builder annotations(Map<String, String> annotations) {
            this.annotations = annotations;
            return this;
        }

        public Builder capAdd(List<String> capAdd) {
            this.capAdd = capAdd;
            return this;
        }

        public Builder capDrop(List<String> capDrop) {
            this.capDrop = capDrop;
            return this;
        }

        public Builder cgroupnsMode(String cgroupnsMode) {
            this.cgroupnsMode = cgroupnsMode;
            return this;
        }

        public Builder dns(List<String> dns) {
            this.dns = dns;
            return this;
        }

        public Builder dnsOptions(List<String> dnsOptions) {
            this.dnsOptions = dnsOptions;
            return this;
        }

        public Builder dnsSearch(List<String> dnsSearch) {
            this.dnsSearch = dnsSearch;
            return this;
        }

        public Builder extraHosts(List<String> extraHosts) {
            this.extraHosts = extraHosts;
            return this;
        }

        public Builder groupAdd(List<String> groupAdd) {
            this.groupAdd = groupAdd;
            return this;
        }

        public Builder ipcMode(String ipcMode) {
            this.ipcMode = ipcMode;
            return this;
        }

        public Builder cgroup(String cgroup) {
            this.cgroup = cgroup;
            return this;
        }

        public Builder links(List<String> links) {
            this.links = links;
            return this;
        }

        public Builder oomScoreAdj(int oomScoreAdj) {
            this.oomScoreAdj = oomScoreAdj;
            return this;
        }

        public Builder pidMode(String pidMode) {
            this.pidMode = pidMode;
            return this;
        }

        public Builder privileged(boolean privileged) {
            this.privileged = privileged;
            return this;
        }

        public Builder publishAllPorts(boolean publishAllPorts) {
            this.publishAllPorts = publishAllPorts;
            return this;
        }

        public Builder readonlyRootfs(boolean readonlyRootfs) {
            this.readonlyRootfs = readonlyRootfs;
            return this;
        }

        public Builder securityOpt(List<String> securityOpt) {
            this.securityOpt = securityOpt;
            return this;
        }

        public Builder storageOpt(Map<String, String> storageOpt) {
            this.storageOpt = storageOpt;
            return this;
        }

        public Builder tmpfs(Map<String, String> tmpfs) {
            this.tmpfs = tmpfs;
            return this;
        }

        public Builder utsMode(String utsMode) {
            this.utsMode = utsMode;
            return this;
        }

        public Builder usernsMode(String usernsMode) {
            this.usernsMode = usernsMode;
            return this;
        }

        public Builder shmSize(long shmSize) {
            this.shmSize = shmSize;
            return this;
        }

        public Builder sysctls(Map<String, String> sysctls) {
            this.sysctls = sysctls;
            return this;
        }

        public Builder runtime(String runtime) {
            this.runtime = runtime;
            return this;
        }

        public Builder isolation(String isolation) {
            this.isolation = isolation;
            return this;
        }

        public Builder resources(Resources resources) {
            this.resources = resources;
            return this;
        }

        public Builder mounts(List<Mount> mounts) {
            this.mounts = mounts;
            return this;
        }

        public Builder maskedPaths(List<String> maskedPaths) {
            this.maskedPaths = Optional.of(maskedPaths);
            return this;
        }

        public Builder readonlyPaths(List<String> readonlyPaths) {
            this.readonlyPaths = Optional.of(readonlyPaths);
            return this;
        }

        public Builder init(boolean init) {
            this.init = Optional.of(init);
            return this;
        }

        public Builder idMappings(IdMappings idMappings) {
            this.idMappings = Optional.of(idMappings);
            return this;
        }

        public HostConfig build() {
            return new HostConfig(
                    binds,
                    containerIdFile,
                    logConfig,
                    networkMode,
                    portBindings,
                    restartPolicy,
                    autoRemove,
                    volumeDriver,
                    volumesFrom,
                    consoleSize,
                    annotations,
                    capAdd,
                    capDrop,
                    cgroupnsMode,
                    dns,
                    dnsOptions,
                    dnsSearch,
                    extraHosts,
                    groupAdd,
                    ipcMode,
                    cgroup,
                    links,
                    oomScoreAdj,
                    pidMode,
                    privileged,
                    publishAllPorts,
                    readonlyRootfs,
                    securityOpt,
                    storageOpt,
                    tmpfs,
                    utsMode,
                    usernsMode,
                    shmSize,
                    sysctls,
                    runtime,
                    isolation,
                    resources,
                    mounts,
                    maskedPaths,
                    readonlyPaths,
                    init,
                    idMappings);
        }
    }
}

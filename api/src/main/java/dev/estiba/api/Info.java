package dev.estiba.api;

import java.util.List;
import java.util.Map;

/**
 * The engine and its host, in numbers.
 *
 * @param driverStatus pairs
 * @param rootDir what the engine keeps
 * @param plugins what there is of each kind: {@code Volume}, {@code Network}, {@code Log}
 * @param descriptors that the engine has open
 * @param threads that the engine has
 * @param memTotal bytes
 * @param runtimes their names
 * @param liveRestoreEnabled whether containers go on without the daemon
 */
public record Info(
        String id,
        int containers,
        int containersRunning,
        int containersPaused,
        int containersStopped,
        int images,
        String driver,
        List<List<String>> driverStatus,
        String rootDir,
        Map<String, List<String>> plugins,
        boolean memoryLimit,
        boolean swapLimit,
        boolean cpuCfsPeriod,
        boolean cpuCfsQuota,
        boolean cpuShares,
        boolean cpuSet,
        boolean pidsLimit,
        boolean oomKillDisable,
        boolean ipv4Forwarding,
        boolean debug,
        int descriptors,
        int threads,
        String systemTime,
        String loggingDriver,
        String cgroupDriver,
        String cgroupVersion,
        int eventListeners,
        String kernelVersion,
        String operatingSystem,
        String osVersion,
        String osType,
        String architecture,
        int processors,
        long memTotal,
        String indexServerAddress,
        String httpProxy,
        String httpsProxy,
        String noProxy,
        String name,
        List<String> labels,
        String serverVersion,
        List<String> runtimes,
        String defaultRuntime,
        boolean liveRestoreEnabled,
        String initBinary,
        List<String> securityOptions,
        List<String> warnings) {
    /** Every field as Go would have it in a new value. */
    public static final Info NOTHING = builder().build();

    public Info {
        driverStatus = driverStatus.stream().map(List::copyOf).toList();
        plugins = Copies.lists(plugins);
        labels = List.copyOf(labels);
        runtimes = List.copyOf(runtimes);
        securityOptions = List.copyOf(securityOptions);
        warnings = List.copyOf(warnings);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.id = id;
        copy.containers = containers;
        copy.containersRunning = containersRunning;
        copy.containersPaused = containersPaused;
        copy.containersStopped = containersStopped;
        copy.images = images;
        copy.driver = driver;
        copy.driverStatus = driverStatus;
        copy.rootDir = rootDir;
        copy.plugins = plugins;
        copy.memoryLimit = memoryLimit;
        copy.swapLimit = swapLimit;
        copy.cpuCfsPeriod = cpuCfsPeriod;
        copy.cpuCfsQuota = cpuCfsQuota;
        copy.cpuShares = cpuShares;
        copy.cpuSet = cpuSet;
        copy.pidsLimit = pidsLimit;
        copy.oomKillDisable = oomKillDisable;
        copy.ipv4Forwarding = ipv4Forwarding;
        copy.debug = debug;
        copy.descriptors = descriptors;
        copy.threads = threads;
        copy.systemTime = systemTime;
        copy.loggingDriver = loggingDriver;
        copy.cgroupDriver = cgroupDriver;
        copy.cgroupVersion = cgroupVersion;
        copy.eventListeners = eventListeners;
        copy.kernelVersion = kernelVersion;
        copy.operatingSystem = operatingSystem;
        copy.osVersion = osVersion;
        copy.osType = osType;
        copy.architecture = architecture;
        copy.processors = processors;
        copy.memTotal = memTotal;
        copy.indexServerAddress = indexServerAddress;
        copy.httpProxy = httpProxy;
        copy.httpsProxy = httpsProxy;
        copy.noProxy = noProxy;
        copy.name = name;
        copy.labels = labels;
        copy.serverVersion = serverVersion;
        copy.runtimes = runtimes;
        copy.defaultRuntime = defaultRuntime;
        copy.liveRestoreEnabled = liveRestoreEnabled;
        copy.initBinary = initBinary;
        copy.securityOptions = securityOptions;
        copy.warnings = warnings;
        return copy;
    }

    /** Collects the fields of a {@link Info}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String id = "";
        private int containers = 0;
        private int containersRunning = 0;
        private int containersPaused = 0;
        private int containersStopped = 0;
        private int images = 0;
        private String driver = "";
        private List<List<String>> driverStatus = List.of();
        private String rootDir = "";
        private Map<String, List<String>> plugins = Map.of();
        private boolean memoryLimit = false;
        private boolean swapLimit = false;
        private boolean cpuCfsPeriod = false;
        private boolean cpuCfsQuota = false;
        private boolean cpuShares = false;
        private boolean cpuSet = false;
        private boolean pidsLimit = false;
        private boolean oomKillDisable = false;
        private boolean ipv4Forwarding = false;
        private boolean debug = false;
        private int descriptors = 0;
        private int threads = 0;
        private String systemTime = "";
        private String loggingDriver = "";
        private String cgroupDriver = "";
        private String cgroupVersion = "";
        private int eventListeners = 0;
        private String kernelVersion = "";
        private String operatingSystem = "";
        private String osVersion = "";
        private String osType = "";
        private String architecture = "";
        private int processors = 0;
        private long memTotal = 0;
        private String indexServerAddress = "";
        private String httpProxy = "";
        private String httpsProxy = "";
        private String noProxy = "";
        private String name = "";
        private List<String> labels = List.of();
        private String serverVersion = "";
        private List<String> runtimes = List.of();
        private String defaultRuntime = "";
        private boolean liveRestoreEnabled = false;
        private String initBinary = "";
        private List<String> securityOptions = List.of();
        private List<String> warnings = List.of();

        private Builder() {}

        public Builder id(String id) {
            this.id = id;
            return this;
        }

        public Builder containers(int containers) {
            this.containers = containers;
            return this;
        }

        public Builder containersRunning(int containersRunning) {
            this.containersRunning = containersRunning;
            return this;
        }

        public Builder containersPaused(int containersPaused) {
            this.containersPaused = containersPaused;
            return this;
        }

        public Builder containersStopped(int containersStopped) {
            this.containersStopped = containersStopped;
            return this;
        }

        public Builder images(int images) {
            this.images = images;
            return this;
        }

        public Builder driver(String driver) {
            this.driver = driver;
            return this;
        }

        public Builder driverStatus(List<List<String>> driverStatus) {
            this.driverStatus = driverStatus;
            return this;
        }

        public Builder rootDir(String rootDir) {
            this.rootDir = rootDir;
            return this;
        }

        public Builder plugins(Map<String, List<String>> plugins) {
            this.plugins = plugins;
            return this;
        }

        public Builder memoryLimit(boolean memoryLimit) {
            this.memoryLimit = memoryLimit;
            return this;
        }

        public Builder swapLimit(boolean swapLimit) {
            this.swapLimit = swapLimit;
            return this;
        }

        public Builder cpuCfsPeriod(boolean cpuCfsPeriod) {
            this.cpuCfsPeriod = cpuCfsPeriod;
            return this;
        }

        public Builder cpuCfsQuota(boolean cpuCfsQuota) {
            this.cpuCfsQuota = cpuCfsQuota;
            return this;
        }

        public Builder cpuShares(boolean cpuShares) {
            this.cpuShares = cpuShares;
            return this;
        }

        public Builder cpuSet(boolean cpuSet) {
            this.cpuSet = cpuSet;
            return this;
        }

        public Builder pidsLimit(boolean pidsLimit) {
            this.pidsLimit = pidsLimit;
            return this;
        }

        public Builder oomKillDisable(boolean oomKillDisable) {
            this.oomKillDisable = oomKillDisable;
            return this;
        }

        public Builder ipv4Forwarding(boolean ipv4Forwarding) {
            this.ipv4Forwarding = ipv4Forwarding;
            return this;
        }

        public Builder debug(boolean debug) {
            this.debug = debug;
            return this;
        }

        public Builder descriptors(int descriptors) {
            this.descriptors = descriptors;
            return this;
        }

        public Builder threads(int threads) {
            this.threads = threads;
            return this;
        }

        public Builder systemTime(String systemTime) {
            this.systemTime = systemTime;
            return this;
        }

        public Builder loggingDriver(String loggingDriver) {
            this.loggingDriver = loggingDriver;
            return this;
        }

        public Builder cgroupDriver(String cgroupDriver) {
            this.cgroupDriver = cgroupDriver;
            return this;
        }

        public Builder cgroupVersion(String cgroupVersion) {
            this.cgroupVersion = cgroupVersion;
            return this;
        }

        public Builder eventListeners(int eventListeners) {
            this.eventListeners = eventListeners;
            return this;
        }

        public Builder kernelVersion(String kernelVersion) {
            this.kernelVersion = kernelVersion;
            return this;
        }

        public Builder operatingSystem(String operatingSystem) {
            this.operatingSystem = operatingSystem;
            return this;
        }

        public Builder osVersion(String osVersion) {
            this.osVersion = osVersion;
            return this;
        }

        public Builder osType(String osType) {
            this.osType = osType;
            return this;
        }

        public Builder architecture(String architecture) {
            this.architecture = architecture;
            return this;
        }

        public Builder processors(int processors) {
            this.processors = processors;
            return this;
        }

        public Builder memTotal(long memTotal) {
            this.memTotal = memTotal;
            return this;
        }

        public Builder indexServerAddress(String indexServerAddress) {
            this.indexServerAddress = indexServerAddress;
            return this;
        }

        public Builder httpProxy(String httpProxy) {
            this.httpProxy = httpProxy;
            return this;
        }

        public Builder httpsProxy(String httpsProxy) {
            this.httpsProxy = httpsProxy;
            return this;
        }

        public Builder noProxy(String noProxy) {
            this.noProxy = noProxy;
            return this;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder labels(List<String> labels) {
            this.labels = labels;
            return this;
        }

        public Builder serverVersion(String serverVersion) {
            this.serverVersion = serverVersion;
            return this;
        }

        public Builder runtimes(List<String> runtimes) {
            this.runtimes = runtimes;
            return this;
        }

        public Builder defaultRuntime(String defaultRuntime) {
            this.defaultRuntime = defaultRuntime;
            return this;
        }

        public Builder liveRestoreEnabled(boolean liveRestoreEnabled) {
            this.liveRestoreEnabled = liveRestoreEnabled;
            return this;
        }

        public Builder initBinary(String initBinary) {
            this.initBinary = initBinary;
            return this;
        }

        public Builder securityOptions(List<String> securityOptions) {
            this.securityOptions = securityOptions;
            return this;
        }

        public Builder warnings(List<String> warnings) {
            this.warnings = warnings;
            return this;
        }

        public Info build() {
            return new Info(
                    id,
                    containers,
                    containersRunning,
                    containersPaused,
                    containersStopped,
                    images,
                    driver,
                    driverStatus,
                    rootDir,
                    plugins,
                    memoryLimit,
                    swapLimit,
                    cpuCfsPeriod,
                    cpuCfsQuota,
                    cpuShares,
                    cpuSet,
                    pidsLimit,
                    oomKillDisable,
                    ipv4Forwarding,
                    debug,
                    descriptors,
                    threads,
                    systemTime,
                    loggingDriver,
                    cgroupDriver,
                    cgroupVersion,
                    eventListeners,
                    kernelVersion,
                    operatingSystem,
                    osVersion,
                    osType,
                    architecture,
                    processors,
                    memTotal,
                    indexServerAddress,
                    httpProxy,
                    httpsProxy,
                    noProxy,
                    name,
                    labels,
                    serverVersion,
                    runtimes,
                    defaultRuntime,
                    liveRestoreEnabled,
                    initBinary,
                    securityOptions,
                    warnings);
        }
    }
}

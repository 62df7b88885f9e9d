package dev.estiba.api;

import java.util.List;

/**
 * The engine and its host, in numbers.
 *
 * @param memTotal bytes
 */
public record Info(
        String id,
        int containers,
        int containersRunning,
        int containersPaused,
        int containersStopped,
        int images,
        String driver,
        String loggingDriver,
        String cgroupDriver,
        String cgroupVersion,
        String kernelVersion,
        String operatingSystem,
        String osType,
        String architecture,
        int processors,
        long memTotal,
        String name,
        String serverVersion,
        String defaultRuntime,
        List<String> securityOptions,
        List<String> warnings) {
    /** Every field as Go would have it in a new value. */
    public static final Info NOTHING = builder().build();

    public Info {
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
        copy.loggingDriver = loggingDriver;
        copy.cgroupDriver = cgroupDriver;
        copy.cgroupVersion = cgroupVersion;
        copy.kernelVersion = kernelVersion;
        copy.operatingSystem = operatingSystem;
        copy.osType = osType;
        copy.architecture = architecture;
        copy.processors = processors;
        copy.memTotal = memTotal;
        copy.name = name;
        copy.serverVersion = serverVersion;
        copy.defaultRuntime = defaultRuntime;
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
        private String loggingDriver = "";
        private String cgroupDriver = "";
        private String cgroupVersion = "";
        private String kernelVersion = "";
        private String operatingSystem = "";
        private String osType = "";
        private String architecture = "";
        private int processors = 0;
        private long memTotal = 0;
        private String name = "";
        private String serverVersion = "";
        private String defaultRuntime = "";
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

        public Builder kernelVersion(String kernelVersion) {
            this.kernelVersion = kernelVersion;
            return this;
        }

        public Builder operatingSystem(String operatingSystem) {
            this.operatingSystem = operatingSystem;
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

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder serverVersion(String serverVersion) {
            this.serverVersion = serverVersion;
            return this;
        }

        public Builder defaultRuntime(String defaultRuntime) {
            this.defaultRuntime = defaultRuntime;
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
                    loggingDriver,
                    cgroupDriver,
                    cgroupVersion,
                    kernelVersion,
                    operatingSystem,
                    osType,
                    architecture,
                    processors,
                    memTotal,
                    name,
                    serverVersion,
                    defaultRuntime,
                    securityOptions,
                    warnings);
        }
    }
}

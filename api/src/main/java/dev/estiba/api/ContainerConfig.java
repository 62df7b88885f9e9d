package dev.estiba.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What runs in a container, apart from its host: the Engine API's {@code ContainerConfig}.
 *
 * @param user name or number, {@code user[:group]}
 * @param exposedPorts {@code PORT/PROTOCOL}
 * @param env {@code NAME=VALUE}, or {@code NAME} alone to remove what the image sets
 * @param volumes paths in the container that get an anonymous volume
 * @param entrypoint one empty string: none, not even the image's
 * @param stopTimeout seconds
 */
public record ContainerConfig(
        String hostname,
        String domainname,
        String user,
        boolean attachStdin,
        boolean attachStdout,
        boolean attachStderr,
        Set<String> exposedPorts,
        boolean tty,
        boolean openStdin,
        boolean stdinOnce,
        List<String> env,
        List<String> cmd,
        Optional<HealthConfig> healthcheck,
        boolean argsEscaped,
        String image,
        Set<String> volumes,
        String workingDir,
        List<String> entrypoint,
        boolean networkDisabled,
        String macAddress,
        List<String> onBuild,
        Map<String, String> labels,
        String stopSignal,
        OptionalInt stopTimeout,
        List<String> shell) {
    /** Every field as Go would have it in a new value. */
    public static final ContainerConfig NOTHING = builder().build();

    public ContainerConfig {
        exposedPorts = Copies.inOrder(exposedPorts);
        env = List.copyOf(env);
        cmd = List.copyOf(cmd);
        volumes = Copies.inOrder(volumes);
        entrypoint = List.copyOf(entrypoint);
        onBuild = List.copyOf(onBuild);
        labels = Copies.inOrder(labels);
        shell = List.copyOf(shell);
    }

    /** Starts from {@link #NOTHING}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds this value; the value itself never changes. */
    public Builder toBuilder() {
        Builder copy = new Builder();
        copy.hostname = hostname;
        copy.domainname = domainname;
        copy.user = user;
        copy.attachStdin = attachStdin;
        copy.attachStdout = attachStdout;
        copy.attachStderr = attachStderr;
        copy.exposedPorts = exposedPorts;
        copy.tty = tty;
        copy.openStdin = openStdin;
        copy.stdinOnce = stdinOnce;
        copy.env = env;
        copy.cmd = cmd;
        copy.healthcheck = healthcheck;
        copy.argsEscaped = argsEscaped;
        copy.image = image;
        copy.volumes = volumes;
        copy.workingDir = workingDir;
        copy.entrypoint = entrypoint;
        copy.networkDisabled = networkDisabled;
        copy.macAddress = macAddress;
        copy.onBuild = onBuild;
        copy.labels = labels;
        copy.stopSignal = stopSignal;
        copy.stopTimeout = stopTimeout;
        copy.shell = shell;
        return copy;
    }

    /** Collects the fields of a {@link ContainerConfig}; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String hostname = "";
        private String domainname = "";
        private String user = "";
        private boolean attachStdin = false;
        private boolean attachStdout = false;
        private boolean attachStderr = false;
        private Set<String> exposedPorts = Set.of();
        private boolean tty = false;
        private boolean openStdin = false;
        private boolean stdinOnce = false;
        private List<String> env = List.of();
        private List<String> cmd = List.of();
        private Optional<HealthConfig> healthcheck = Optional.empty();
        private boolean argsEscaped = false;
        private String image = "";
        private Set<String> volumes = Set.of();
        private String workingDir = "";
        private List<String> entrypoint = List.of();
        private boolean networkDisabled = false;
        private String macAddress = "";
        private List<String> onBuild = List.of();
        private Map<String, String> labels = Map.of();
        private String stopSignal = "";
        private OptionalInt stopTimeout = OptionalInt.empty();
        private List<String> shell = List.of();

        private Builder() {}

        public Builder hostname(String hostname) {
            this.hostname = hostname;
            return this;
        }

        public Builder domainname(String domainname) {
            this.domainname = domainname;
            return this;
        }

        public Builder user(String user) {
            this.user = user;
            return this;
        }

        public Builder attachStdin(boolean attachStdin) {
            this.attachStdin = attachStdin;
            return this;
        }

        public Builder attachStdout(boolean attachStdout) {
            this.attachStdout = attachStdout;
            return this;
        }

        public Builder attachStderr(boolean attachStderr) {
            this.attachStderr = attachStderr;
            return this;
        }

        public Builder exposedPorts(Set<String> exposedPorts) {
            this.exposedPorts = exposedPorts;
            return this;
        }

        public Builder tty(boolean tty) {
            this.tty = tty;
            return this;
        }

        public Builder openStdin(boolean openStdin) {
            this.openStdin = openStdin;
            return this;
        }

        public Builder stdinOnce(boolean stdinOnce) {
            this.stdinOnce = stdinOnce;
            return this;
        }

        public Builder env(List<String> env) {
            this.env = env;
            return this;
        }

        public Builder cmd(List<String> cmd) {
            this.cmd = cmd;
            return this;
        }

        public Builder healthcheck(HealthConfig healthcheck) {
            this.healthcheck = Optional.of(healthcheck);
            return this;
        }

        public Builder argsEscaped(boolean argsEscaped) {
            this.argsEscaped = argsEscaped;
            return this;
        }

        public Builder image(String image) {
            this.image = image;
            return this;
        }

        public Builder volumes(Set<String> volumes) {
            this.volumes = volumes;
            return this;
        }

        public Builder workingDir(String workingDir) {
            this.workingDir = workingDir;
            return this;
        }

        public Builder entrypoint(List<String> entrypoint) {
            this.entrypoint = entrypoint;
            return this;
        }

        public Builder networkDisabled(boolean networkDisabled) {
            this.networkDisabled = networkDisabled;
            return this;
        }

        public Builder macAddress(String macAddress) {
            this.macAddress = macAddress;
            return this;
        }

        public Builder onBuild(List<String> onBuild) {
            this.onBuild = onBuild;
            return this;
        }

        public Builder labels(Map<String, String> labels) {
            this.labels = labels;
            return this;
        }

        public Builder stopSignal(String stopSignal) {
            this.stopSignal = stopSignal;
            return this;
        }

        public Builder stopTimeout(int stopTimeout) {
            this.stopTimeout = OptionalInt.of(stopTimeout);
            return this;
        }

        public Builder shell(List<String> shell) {
            this.shell = shell;
            return this;
        }

        public ContainerConfig build() {
            return new ContainerConfig(
                    hostname,
                    domainname,
                    user,
                    attachStdin,
                    attachStdout,
                    attachStderr,
                    exposedPorts,
                    tty,
                    openStdin,
                    stdinOnce,
                    env,
                    cmd,
                    healthcheck,
                    argsEscaped,
                    image,
                    volumes,
                    workingDir,
                    entrypoint,
                    networkDisabled,
                    macAddress,
                    onBuild,
                    labels,
                    stopSignal,
                    stopTimeout,
                    shell);
        }
    }
}

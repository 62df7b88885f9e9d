package dev.estiba.engine.settings;

import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.LogConfig;
import dev.estiba.api.Ulimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a container has that its request says nothing of. It is written into the container's record when that is made: a container does
 * the same at each start, whatever its daemon is told meanwhile.
 *
 * @param log options of its driver are for containers of that driver
 * @param shmSize bytes; 0: the usual
 * @param seccomp what stands behind {@code seccomp=}; empty: the built-in profile
 * @param security what stands behind {@code security=}: {@code strict}, or {@code standard}, which is meant when it is empty
 */
public record ContainerDefaults(
        LogConfig log,
        List<String> dns,
        List<String> dnsOptions,
        List<String> dnsSearch,
        List<Ulimit> ulimits,
        long shmSize,
        String ipcMode,
        String cgroupnsMode,
        String cgroupParent,
        boolean hasInit,
        boolean noNewPrivileges,
        String seccomp,
        String security) {
    private static final String JSON_FILE = "json-file";
    private static final String NO_NEW_PRIVILEGES = "no-new-privileges";
    private static final String SECCOMP = "seccomp";
    private static final String SECURITY = "security";

    /** Nothing is said. */
    public static final ContainerDefaults USUAL = new ContainerDefaults(
            new LogConfig("", Map.of()),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            0,
            "",
            "",
            "",
            false,
            false,
            "",
            "");

    public ContainerDefaults {
        dns = List.copyOf(dns);
        dnsOptions = List.copyOf(dnsOptions);
        dnsSearch = List.copyOf(dnsSearch);
        ulimits = List.copyOf(ulimits);
    }

    /** What info says of the log driver. */
    public String logDriver() {
        return log.type().isEmpty() ? JSON_FILE : log.type();
    }

    /** What dockerd takes of new settings while it works: reloadPlatform of moby, daemon. */
    ContainerDefaults reloaded(ContainerDefaults next) {
        return new ContainerDefaults(
                log,
                dns,
                dnsOptions,
                dnsSearch,
                ulimits,
                next.shmSize,
                next.ipcMode,
                next.cgroupnsMode,
                cgroupParent,
                hasInit,
                noNewPrivileges,
                seccomp,
                security);
    }

    /** The same, where {@code --security} says that. */
    public ContainerDefaults withSecurity(String word) {
        return new ContainerDefaults(
                log,
                dns,
                dnsOptions,
                dnsSearch,
                ulimits,
                shmSize,
                ipcMode,
                cgroupnsMode,
                cgroupParent,
                hasInit,
                noNewPrivileges,
                seccomp,
                word);
    }

    /** Whether containers are kept in narrowly. */
    public boolean isStrict() {
        return security.equals("strict");
    }

    /** A request with what it leaves open. */
    public CreateRequest completed(CreateRequest request) {
        if (equals(USUAL)) {
            return request;
        }
        HostConfig host = request.hostConfig();
        HostConfig.Builder completed = host.toBuilder().logConfig(log(host.logConfig()));
        completed.securityOpt(strict(host, host.securityOpt()));
        // A jail has nothing of the rest, and refuses who asks for it.
        if (!host.isolation().equals("chroot")) {
            complete(host, completed);
        }
        return new CreateRequest(request.config(), completed.build(), request.networkingConfig());
    }

    /** mergeAndVerifyLogConfig of moby, daemon. */
    private LogConfig log(LogConfig wanted) {
        String driver = wanted.type().isEmpty() ? log.type() : wanted.type();
        boolean isSame = (driver.isEmpty() ? JSON_FILE : driver).equals(logDriver());
        Map<String, String> options = new LinkedHashMap<>(isSame ? log.config() : Map.of());
        options.putAll(wanted.config());
        return new LogConfig(driver, options);
    }

    private void complete(HostConfig host, HostConfig.Builder completed) {
        if (!host.networkMode().startsWith("container:")) {
            completed
                    .dns(host.dns().isEmpty() ? dns : host.dns())
                    .dnsOptions(host.dnsOptions().isEmpty() ? dnsOptions : host.dnsOptions())
                    .dnsSearch(host.dnsSearch().isEmpty() ? dnsSearch : host.dnsSearch());
        }
        completed
                .shmSize(host.shmSize() == 0 ? shmSize : host.shmSize())
                .ipcMode(host.ipcMode().isEmpty() ? ipcMode : host.ipcMode())
                .securityOpt(securityOptions(host))
                .resources(host.resources().toBuilder()
                        .ulimits(ulimits(host.resources().ulimits()))
                        .cgroupParent(
                                host.resources().cgroupParent().isEmpty()
                                        ? cgroupParent
                                        : host.resources().cgroupParent())
                        .build());
        if (host.init().isEmpty() && hasInit) {
            completed.init(true);
        }
        if (host.cgroupnsMode().isEmpty() && !host.privileged()) {
            completed.cgroupnsMode(cgroupnsMode);
        }
    }

    private List<Ulimit> ulimits(List<Ulimit> wanted) {
        List<Ulimit> all = new ArrayList<>(wanted);
        for (Ulimit each : ulimits) {
            if (wanted.stream().noneMatch(own -> own.name().equals(each.name()))) {
                all.add(each);
            }
        }
        return all;
    }

    private List<String> securityOptions(HostConfig host) {
        List<String> all = new ArrayList<>(host.securityOpt());
        if (noNewPrivileges && !isSaid(host, NO_NEW_PRIVILEGES)) {
            all.add(NO_NEW_PRIVILEGES);
        }
        // Of a privileged container nobody looks at the profile.
        if (!seccomp.isEmpty() && !host.privileged() && !isSaid(host, SECCOMP)) {
            all.add(SECCOMP + "=" + seccomp);
        }
        return strict(host, all);
    }

    private List<String> strict(HostConfig host, List<String> options) {
        if (!isStrict() || isSaid(host, SECURITY)) {
            return options;
        }
        List<String> all = new ArrayList<>(options);
        all.add(SECURITY + "=" + security);
        return all;
    }

    private static boolean isSaid(HostConfig host, String key) {
        return host.securityOpt().stream()
                .anyMatch(each -> each.equals(key) || each.startsWith(key + "=") || each.startsWith(key + ":"));
    }

    /** Starts from {@link #USUAL}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects; each method replaces one and returns the builder. Not thread-safe. */
    public static final class Builder {
        private String logDriver = "";
        private Map<String, String> logOptions = Map.of();
        private List<String> dns = List.of();
        private List<String> dnsOptions = List.of();
        private List<String> dnsSearch = List.of();
        private List<Ulimit> ulimits = List.of();
        private long shmSize;
        private String ipcMode = "";
        private String cgroupnsMode = "";
        private String cgroupParent = "";
        private boolean hasInit;
        private boolean noNewPrivileges;
        private String seccomp = "";
        private String security = "";

        private Builder() {}

        public Builder logDriver(String value) {
            logDriver = value;
            return this;
        }

        public Builder logOptions(Map<String, String> value) {
            logOptions = value;
            return this;
        }

        public Builder dns(List<String> value) {
            dns = value;
            return this;
        }

        public Builder dnsOptions(List<String> value) {
            dnsOptions = value;
            return this;
        }

        public Builder dnsSearch(List<String> value) {
            dnsSearch = value;
            return this;
        }

        public Builder ulimits(List<Ulimit> value) {
            ulimits = value;
            return this;
        }

        public Builder shmSize(long value) {
            shmSize = value;
            return this;
        }

        public Builder ipcMode(String value) {
            ipcMode = value;
            return this;
        }

        public Builder cgroupnsMode(String value) {
            cgroupnsMode = value;
            return this;
        }

        public Builder cgroupParent(String value) {
            cgroupParent = value;
            return this;
        }

        public Builder hasInit(boolean value) {
            hasInit = value;
            return this;
        }

        public Builder noNewPrivileges(boolean value) {
            noNewPrivileges = value;
            return this;
        }

        public Builder seccomp(String value) {
            seccomp = value;
            return this;
        }

        public Builder security(String value) {
            security = value;
            return this;
        }

        public ContainerDefaults build() {
            return new ContainerDefaults(
                    new LogConfig(logDriver, logOptions),
                    dns,
                    dnsOptions,
                    dnsSearch,
                    ulimits,
                    shmSize,
                    ipcMode,
                    cgroupnsMode,
                    cgroupParent,
                    hasInit,
                    noNewPrivileges,
                    seccomp,
                    security);
        }
    }
}

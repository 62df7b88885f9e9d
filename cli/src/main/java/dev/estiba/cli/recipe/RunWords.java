package dev.estiba.cli.recipe;

import dev.estiba.api.DeviceMapping;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.Resources;
import dev.estiba.api.Ulimit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The words of a {@code run} that makes such a container. */
public final class RunWords {
    private static final long USUAL_SHM = 64L << 20;

    private final Recipe recipe;
    private final List<String> words = new ArrayList<>();

    private RunWords(Recipe recipe) {
        this.recipe = recipe;
    }

    /** A flag with its value is one word: {@code --env=A=b}. */
    public static List<String> of(Recipe recipe) {
        RunWords words = new RunWords(recipe);
        words.general();
        words.process();
        words.files();
        words.network();
        words.rights();
        words.namespaces();
        words.limits(recipe.host().resources());
        words.health();
        words.logging();
        words.end();
        return List.copyOf(words.words);
    }

    private void text(String flag, String value) {
        if (!value.isEmpty()) {
            words.add("--" + flag + "=" + value);
        }
    }

    private void all(String flag, List<String> values) {
        values.forEach(value -> words.add("--" + flag + "=" + value));
    }

    private void pairs(String flag, Map<String, String> values, String between) {
        new TreeMap<>(values)
                .forEach((name, value) ->
                        words.add("--" + flag + "=" + name + (value.isEmpty() ? "" : between + value)));
    }

    private void number(String flag, long value) {
        text(flag, value == 0 ? "" : Long.toString(value));
    }

    private void on(String flag, boolean isOn) {
        if (isOn) {
            words.add("--" + flag);
        }
    }

    private void general() {
        HostConfig host = recipe.host();
        boolean isAttached = recipe.config().attachStdout();
        on("detach", !isAttached);
        text("name", recipe.name());
        on("rm", host.autoRemove());
        String policy = host.restartPolicy().name();
        int count = host.restartPolicy().maximumRetryCount();
        text("restart", policy.equals("no") ? "" : count > 0 ? policy + ":" + count : policy);
        pairs("label", recipe.labels(), "=");
        pairs("annotation", host.annotations(), "=");
        text("isolation", host.isolation());
    }

    private void process() {
        on("interactive", recipe.config().openStdin());
        on("tty", recipe.config().tty());
        all("env", recipe.env());
        text("workdir", recipe.workingDir());
        text("user", recipe.user());
        all("group-add", recipe.host().groupAdd());
        text(
                "entrypoint",
                recipe.entrypoint().isEmpty() ? "" : recipe.entrypoint().getFirst());
        on("init", recipe.host().init().orElse(false));
        text("stop-signal", recipe.stopSignal());
        recipe.config().stopTimeout().ifPresent(seconds -> words.add("--stop-timeout=" + seconds));
    }

    private void files() {
        HostConfig host = recipe.host();
        all("volume", host.binds());
        all("volume", recipe.anonymousVolumes());
        all("mount", host.mounts().stream().map(RunWords::mount).toList());
        pairs("tmpfs", host.tmpfs(), ":");
        on("read-only", host.readonlyRootfs());
        all("volumes-from", host.volumesFrom());
        text("volume-driver", host.volumeDriver());
        pairs("storage-opt", host.storageOpt(), "=");
        number("shm-size", host.shmSize() == USUAL_SHM ? 0 : host.shmSize());
        all("device", host.resources().devices().stream().map(RunWords::device).toList());
    }

    /** Fields that hold a comma stand in double quotes, as Go's encoding/csv reads them. */
    static String mount(Mount mount) {
        List<String> fields = new ArrayList<>(List.of("type=" + mount.type()));
        if (!mount.source().isEmpty()) {
            fields.add("source=" + mount.source());
        }
        fields.add("target=" + mount.target());
        if (mount.readOnly()) {
            fields.add("readonly");
        }
        mount.bindOptions()
                .map(options -> options.propagation())
                .filter(each -> !each.isEmpty())
                .ifPresent(each -> fields.add("bind-propagation=" + each));
        mount.volumeOptions()
                .filter(options -> options.noCopy())
                .ifPresent(options -> fields.add("volume-nocopy=true"));
        mount.volumeOptions()
                .map(options -> options.subpath())
                .filter(each -> !each.isEmpty())
                .ifPresent(each -> fields.add("volume-subpath=" + each));
        mount.tmpfsOptions()
                .filter(options -> options.sizeBytes() > 0)
                .ifPresent(options -> fields.add("tmpfs-size=" + options.sizeBytes()));
        return String.join(
                ",",
                fields.stream()
                        .map(field -> field.indexOf(',') < 0 && field.indexOf('"') < 0
                                ? field
                                : "\"" + field.replace("\"", "\"\"") + "\"")
                        .toList());
    }

    private static String device(DeviceMapping device) {
        boolean isSame = device.pathOnHost().equals(device.pathInContainer());
        String rights = device.cgroupPermissions().equals("rwm") ? "" : ":" + device.cgroupPermissions();
        return device.pathOnHost() + (isSame && rights.isEmpty() ? "" : ":" + device.pathInContainer()) + rights;
    }

    private void network() {
        HostConfig host = recipe.host();
        text("network", recipe.networkMode());
        recipe.container().networkSettings().networks().forEach((name, endpoint) -> {
            boolean isFirst =
                    name.equals(host.networkMode()) || host.networkMode().equals("default");
            if (!isFirst) {
                words.add("--network=" + name);
                return;
            }
            endpoint.aliases().stream()
                    .filter(alias -> !recipe.container().id().startsWith(alias))
                    .forEach(alias -> words.add("--network-alias=" + alias));
            text("ip", endpoint.ipamConfig().map(ipam -> ipam.ipv4Address()).orElse(""));
            text("ip6", endpoint.ipamConfig().map(ipam -> ipam.ipv6Address()).orElse(""));
        });
        all("publish", recipe.published());
        on("publish-all", host.publishAllPorts());
        all("expose", recipe.exposed());
        all("link", host.links());
        text("hostname", recipe.hostname());
        text("domainname", recipe.config().domainname());
        all("add-host", host.extraHosts());
        all("dns", host.dns());
        all("dns-option", host.dnsOptions());
        all("dns-search", host.dnsSearch());
    }

    private void rights() {
        HostConfig host = recipe.host();
        all("cap-add", host.capAdd());
        all("cap-drop", host.capDrop());
        all("security-opt", host.securityOpt());
        on("privileged", host.privileged());
        all("device-cgroup-rule", host.resources().deviceCgroupRules());
        pairs("sysctl", host.sysctls(), "=");
    }

    private void namespaces() {
        HostConfig host = recipe.host();
        text("pid", host.pidMode());
        text("ipc", host.ipcMode().equals("private") ? "" : host.ipcMode());
        text("uts", host.utsMode());
        text("userns", host.usernsMode());
        text("cgroupns", host.cgroupnsMode().equals("private") ? "" : host.cgroupnsMode());
    }

    private void limits(Resources limits) {
        number("memory", limits.memory());
        number("memory-swap", limits.memorySwap() == 2 * limits.memory() ? 0 : limits.memorySwap());
        number("memory-reservation", limits.memoryReservation());
        limits.memorySwappiness().stream()
                .filter(value -> value >= 0)
                .forEach(value -> words.add("--memory-swappiness=" + value));
        on("oom-kill-disable", limits.oomKillDisable().orElse(false));
        number("oom-score-adj", recipe.host().oomScoreAdj());
        text(
                "cpus",
                limits.nanoCpus() == 0
                        ? ""
                        : BigDecimal.valueOf(limits.nanoCpus(), 9)
                                .stripTrailingZeros()
                                .toPlainString());
        number("cpu-shares", limits.cpuShares());
        number("cpu-period", limits.cpuPeriod());
        number("cpu-quota", limits.cpuQuota());
        text("cpuset-cpus", limits.cpusetCpus());
        text("cpuset-mems", limits.cpusetMems());
        number("pids-limit", limits.pidsLimit().orElse(0));
        all("ulimit", limits.ulimits().stream().map(RunWords::ulimit).toList());
        text("cgroup-parent", limits.cgroupParent());
        number("blkio-weight", limits.blkioWeight());
    }

    private static String ulimit(Ulimit limit) {
        return limit.name() + "=" + limit.soft() + ":" + limit.hard();
    }

    private void health() {
        Optional<HealthConfig> own = recipe.config().healthcheck();
        if (own.isEmpty() || own.equals(recipe.image().healthcheck())) {
            return;
        }
        HealthConfig health = own.get();
        List<String> test = health.test();
        if (!test.isEmpty() && test.getFirst().equals("NONE")) {
            words.add("--no-healthcheck");
            return;
        }
        if (test.size() > 1) {
            boolean isShell = test.getFirst().equals("CMD-SHELL");
            words.add("--health-cmd=" + (isShell ? test.get(1) : ShellWords.line(test.subList(1, test.size()))));
        }
        duration("health-interval", health.interval());
        duration("health-timeout", health.timeout());
        duration("health-start-period", health.startPeriod());
        duration("health-start-interval", health.startInterval());
        number("health-retries", health.retries());
    }

    private void duration(String flag, long nanos) {
        text(flag, nanos == 0 ? "" : nanos % 1_000_000_000 == 0 ? nanos / 1_000_000_000 + "s" : nanos + "ns");
    }

    private void logging() {
        String driver = recipe.host().logConfig().type();
        text("log-driver", driver.equals("json-file") ? "" : driver);
        pairs("log-opt", recipe.host().logConfig().config(), "=");
    }

    private void end() {
        words.add(recipe.config().image());
        List<String> entrypoint = recipe.entrypoint();
        if (entrypoint.size() > 1) {
            words.addAll(entrypoint.subList(1, entrypoint.size()));
        }
        words.addAll(recipe.cmd());
    }
}

package dev.estiba.cli.recipe;

import dev.estiba.api.HealthConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.Resources;
import dev.estiba.cli.template.Tree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A compose file with a service that is such a container. */
public final class ComposeText {
    private final Recipe recipe;
    private final Map<String, Object> service = new LinkedHashMap<>();

    private ComposeText(Recipe recipe) {
        this.recipe = recipe;
    }

    public static String of(Recipe recipe) {
        ComposeText text = new ComposeText(recipe);
        text.fill();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("services", Map.of(recipe.name(), text.service));
        Map<String, Object> networks = text.outer(text.networks());
        Map<String, Object> volumes = text.outer(text.volumes());
        if (!networks.isEmpty()) {
            document.put("networks", networks);
        }
        if (!volumes.isEmpty()) {
            document.put("volumes", volumes);
        }
        return Yaml.of(document);
    }

    /** What is there already is not compose's to make and remove. */
    private Map<String, Object> outer(Iterable<String> names) {
        Map<String, Object> outer = new TreeMap<>();
        for (String name : names) {
            outer.put(name, Map.of("external", true));
        }
        return outer;
    }

    private List<String> networks() {
        return recipe.container().networkSettings().networks().keySet().stream()
                .filter(name -> !Set.of("bridge", "host", "none").contains(name))
                .sorted()
                .toList();
    }

    private List<String> volumes() {
        List<String> names = new ArrayList<>();
        for (String bind : recipe.host().binds()) {
            if (!bind.startsWith("/")) {
                names.add(bind.substring(0, Math.max(0, bind.indexOf(':'))));
            }
        }
        for (Mount mount : recipe.host().mounts()) {
            if (mount.type().equals("volume") && !mount.source().isEmpty()) {
                names.add(mount.source());
            }
        }
        return names.stream().filter(name -> !name.isEmpty()).distinct().toList();
    }

    private void put(String name, String value) {
        if (!value.isEmpty()) {
            service.put(name, value);
        }
    }

    private void put(String name, List<?> values) {
        if (!values.isEmpty()) {
            service.put(name, values);
        }
    }

    private void put(String name, Map<String, ?> values) {
        if (!values.isEmpty()) {
            service.put(name, new TreeMap<>(values));
        }
    }

    private void on(String name, boolean isOn) {
        if (isOn) {
            service.put(name, true);
        }
    }

    private void number(String name, long value) {
        if (value != 0) {
            service.put(name, value);
        }
    }

    private void fill() {
        HostConfig host = recipe.host();
        put("image", recipe.config().image());
        put("container_name", recipe.name());
        put("entrypoint", recipe.entrypoint());
        put("command", recipe.cmd());
        put("environment", recipe.env());
        put("user", recipe.user());
        put("working_dir", recipe.workingDir());
        put("hostname", recipe.hostname());
        put("labels", recipe.labels());
        String policy = host.restartPolicy().name();
        int count = host.restartPolicy().maximumRetryCount();
        put("restart", policy.equals("no") ? "" : count > 0 ? policy + ":" + count : policy);
        on("stdin_open", recipe.config().openStdin());
        on("tty", recipe.config().tty());
        on("init", host.init().orElse(false));
        put("stop_signal", recipe.stopSignal());
        recipe.config().stopTimeout().ifPresent(seconds -> service.put("stop_grace_period", seconds + "s"));
        List<Object> volumes = new ArrayList<>(host.binds());
        volumes.addAll(recipe.anonymousVolumes());
        host.mounts().forEach(mount -> volumes.add(mount(mount)));
        put("volumes", volumes);
        put(
                "tmpfs",
                new TreeMap<>(host.tmpfs())
                        .entrySet().stream()
                                .map(each -> each.getKey() + (each.getValue().isEmpty() ? "" : ":" + each.getValue()))
                                .toList());
        network(host);
        rights(host);
        limits(host.resources());
        health();
        String driver = host.logConfig().type();
        if (!driver.isEmpty() && !driver.equals("json-file")
                || !host.logConfig().config().isEmpty()) {
            Map<String, Object> logging = new LinkedHashMap<>();
            logging.put("driver", driver.isEmpty() ? "json-file" : driver);
            if (!host.logConfig().config().isEmpty()) {
                logging.put("options", new TreeMap<>(host.logConfig().config()));
            }
            service.put("logging", logging);
        }
    }

    private static Map<String, Object> mount(Mount mount) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", mount.type());
        if (!mount.source().isEmpty()) {
            fields.put("source", mount.source());
        }
        fields.put("target", mount.target());
        if (mount.readOnly()) {
            fields.put("read_only", true);
        }
        return fields;
    }

    private void network(HostConfig host) {
        put("ports", recipe.published());
        put("expose", recipe.exposed());
        put("extra_hosts", host.extraHosts());
        put("dns", host.dns());
        put("dns_opt", host.dnsOptions());
        put("dns_search", host.dnsSearch());
        put("external_links", host.links());
        List<String> networks = networks();
        if (networks.isEmpty()) {
            put("network_mode", host.networkMode().equals("default") ? "bridge" : host.networkMode());
        } else {
            put("networks", networks);
        }
    }

    private void rights(HostConfig host) {
        put("cap_add", host.capAdd());
        put("cap_drop", host.capDrop());
        put("security_opt", host.securityOpt());
        on("privileged", host.privileged());
        on("read_only", host.readonlyRootfs());
        put("group_add", host.groupAdd());
        put("sysctls", host.sysctls());
        put(
                "devices",
                host.resources().devices().stream()
                        .map(device ->
                                device.pathOnHost() + ":" + device.pathInContainer() + ":" + device.cgroupPermissions())
                        .toList());
        put("pid", host.pidMode());
        put("ipc", host.ipcMode().equals("private") ? "" : host.ipcMode());
        put("userns_mode", host.usernsMode());
    }

    private void limits(Resources limits) {
        number("mem_limit", limits.memory());
        number("mem_reservation", limits.memoryReservation());
        number("memswap_limit", limits.memorySwap() == 2 * limits.memory() ? 0 : limits.memorySwap());
        if (limits.nanoCpus() != 0) {
            service.put("cpus", BigDecimal.valueOf(limits.nanoCpus(), 9).doubleValue());
        }
        number("cpu_shares", limits.cpuShares());
        put("cpuset", limits.cpusetCpus());
        number("pids_limit", limits.pidsLimit().orElse(0));
        Map<String, Object> ulimits = new TreeMap<>();
        limits.ulimits()
                .forEach(limit -> ulimits.put(limit.name(), Map.of("soft", limit.soft(), "hard", limit.hard())));
        put("ulimits", ulimits);
    }

    private void health() {
        Optional<HealthConfig> own = recipe.config().healthcheck();
        if (own.isEmpty() || own.equals(recipe.image().healthcheck())) {
            return;
        }
        HealthConfig health = own.get();
        Map<String, Object> check = new LinkedHashMap<>();
        if (!health.test().isEmpty()) {
            check.put("test", health.test());
        }
        duration(check, "interval", health.interval());
        duration(check, "timeout", health.timeout());
        duration(check, "start_period", health.startPeriod());
        if (health.retries() > 0) {
            check.put("retries", (long) health.retries());
        }
        service.put("healthcheck", check);
    }

    private static void duration(Map<String, Object> to, String name, long nanos) {
        if (nanos > 0) {
            to.put(name, nanos % 1_000_000_000 == 0 ? nanos / 1_000_000_000 + "s" : nanos + "ns");
        }
    }

    /** YAML in blocks, each text as JSON writes it, which YAML 1.2 has as well; a dollar means one of compose's variables. */
    private static final class Yaml {
        private Yaml() {}

        static String of(Map<String, Object> document) {
            StringBuilder text = new StringBuilder();
            fields(text, document, "");
            return text.toString();
        }

        private static void fields(StringBuilder text, Map<?, ?> fields, String indent) {
            fields.forEach((name, value) -> {
                text.append(indent).append(key(String.valueOf(name))).append(':');
                value(text, value, indent + "  ");
            });
        }

        private static String key(String name) {
            return name.matches("[A-Za-z_][A-Za-z0-9_.-]*") ? name : Tree.write(name);
        }

        private static void value(StringBuilder text, Object value, String indent) {
            switch (value) {
                case Map<?, ?> map -> {
                    text.append('\n');
                    fields(text, map, indent);
                }
                case List<?> list -> {
                    text.append('\n');
                    for (Object each : list) {
                        element(text, each, indent);
                    }
                }
                default -> text.append(' ').append(scalar(value)).append('\n');
            }
        }

        private static void element(StringBuilder text, Object each, String indent) {
            if (each instanceof Map<?, ?> map) {
                StringBuilder inner = new StringBuilder();
                fields(inner, map, indent + "  ");
                text.append(indent).append("- ").append(inner.toString().stripLeading());
            } else {
                text.append(indent).append("- ").append(scalar(each)).append('\n');
            }
        }

        private static String scalar(Object value) {
            return value instanceof String words ? Tree.write(words.replace("$", "$$")) : Tree.write(value);
        }
    }
}

package dev.estiba.daemon.settings;

import dev.estiba.api.ApiException;
import dev.estiba.api.Ulimit;
import dev.estiba.engine.settings.ContainerDefaults;
import dev.estiba.engine.settings.EngineSettings;
import dev.estiba.engine.settings.NetworkDefaults;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads one daemon.json. What is no key of dockerd's, and what would be a promise that is not kept, is refused by its name. */
final class DaemonFileReader {
    private static final int MOST_PROFILE = 1 << 19;
    private static final String BRIDGE = "com.docker.network.bridge.";
    private static final Set<String> LEVELS = Set.of("debug", "info", "warn", "error", "fatal");
    private static final String CGROUP_DRIVER = "native.cgroupdriver=";

    private Optional<String> dataRoot = Optional.empty();
    private Optional<String> execRoot = Optional.empty();
    private Optional<String> group = Optional.empty();
    private Optional<String> pidFile = Optional.empty();
    private List<String> hosts = List.of();
    private List<String> labels = List.of();
    private boolean isDebugged;
    private String logLevel = "info";
    private String seccompProfile = "builtin";
    private final Map<String, String> proxies = new HashMap<>();
    private final Map<String, String> tls = new TreeMap<>();
    private Optional<String> metrics = Optional.empty();
    private List<String> doors = List.of();
    private List<String> registry = List.of();
    private final ContainerDefaults.Builder containers = ContainerDefaults.builder();
    private String bridgeV4 = "";
    private String partV4 = "";
    private String bridgeV6 = "";
    private String partV6 = "";
    private boolean hasV6 = true;
    private final Map<String, String> bridgeOptions = new TreeMap<>();
    private final List<NetworkDefaults.Pool> pools = new ArrayList<>();
    private Map<String, String> networkOptions = Map.of();
    private List<String> hostGateway = List.of();
    private final Map<String, String> reloadable = new TreeMap<>(usual());
    private final List<String> told = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();

    /** What a reload tells of where nothing is said: LogDaemonEventWithAttributes of moby, daemon/reload.go. */
    static Map<String, String> usual() {
        return Map.ofEntries(
                Map.entry("debug", "false"),
                Map.entry("default-ipc-mode", "private"),
                Map.entry("default-runtime", "estiba"),
                Map.entry("default-shm-size", "67108864"),
                Map.entry("features", "map[]"),
                Map.entry("insecure-registries", "[]"),
                Map.entry("labels", "[]"),
                Map.entry("live-restore", "true"),
                Map.entry("max-concurrent-downloads", "3"),
                Map.entry("max-concurrent-uploads", "5"),
                Map.entry("max-download-attempts", "5"),
                Map.entry("registry-mirrors", "[]"),
                Map.entry("runtimes", ""),
                Map.entry("shutdown-timeout", "15"));
    }

    DaemonFile read(byte[] document) throws IOException, DocumentException {
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (!daemon(in, name)
                        && !TlsFiles.read(in, name, tls)
                        && !container(in, name)
                        && !network(in, name)
                        && !foreign(in, name)) {
                    unknown.add(name);
                    in.skip();
                }
            }
            in.end();
        }
        if (!unknown.isEmpty()) {
            throw ApiException.badRequest(
                    "the following directives don't match any configuration option: " + String.join(", ", unknown));
        }
        return new DaemonFile(
                dataRoot,
                execRoot,
                group,
                hosts,
                pidFile,
                logLevel,
                proxies,
                tls,
                metrics,
                doors,
                registry,
                engine(),
                reloadable,
                told);
    }

    private EngineSettings engine() {
        NetworkDefaults networks = new NetworkDefaults(
                range(bridgeV4, partV4),
                range(bridgeV6, partV6),
                hasV6,
                bridgeOptions,
                pools,
                networkOptions,
                hostGateway);
        return new EngineSettings(containers.build(), networks, labels, isDebugged, seccompProfile, proxies);
    }

    private static Optional<NetworkDefaults.Range> range(String bridge, String part) {
        return bridge.isEmpty() && part.isEmpty()
                ? Optional.empty()
                : Optional.of(new NetworkDefaults.Range(bridge, part));
    }

    /** Of the daemon itself. */
    private boolean daemon(Cursor in, String name) throws IOException, DocumentException {
        switch (name) {
            case "data-root" -> dataRoot = Optional.of(in.text());
            case "exec-root" -> execRoot = Optional.of(in.text());
            case "group" -> group = Optional.of(in.text());
            case "hosts" -> hosts = in.texts();
            case "pidfile" -> pidFile = Optional.of(in.text()).filter(each -> !each.isEmpty());
            case "labels" -> labels = labels(in.texts());
            case "debug" -> {
                isDebugged = in.bool();
                reloadable.put(name, Boolean.toString(isDebugged));
            }
            case "log-level" -> logLevel = level(in.text());
            case "live-restore" -> {
                if (!in.bool()) {
                    told.add("live-restore: containers go on without the daemon, whatever is said");
                }
            }
            case "registry-mirrors", "insecure-registries" -> reloadable.put(name, quoted(in.texts()));
            case "proxies" -> proxies(in);
            case "doors" -> doors = in.texts();
            case "registry" -> registry = RegistryFlags.read(in);
            case "metrics-addr" -> metrics = Optional.of(in.text()).filter(each -> !each.isEmpty());
            default -> {
                return false;
            }
        }
        return true;
    }

    private List<String> labels(List<String> wanted) throws ApiException {
        Map<String, String> values = new HashMap<>();
        for (String label : wanted) {
            int equals = label.indexOf('=');
            if (equals < 1) {
                throw ApiException.badRequest("bad attribute format: " + label);
            }
            String before = values.put(label.substring(0, equals), label.substring(equals + 1));
            if (before != null && !before.equals(label.substring(equals + 1))) {
                throw ApiException.badRequest("conflict labels for " + label.substring(0, equals) + "="
                        + label.substring(equals + 1) + " and " + label.substring(0, equals) + "=" + before);
            }
        }
        reloadable.put("labels", quoted(wanted));
        return wanted.stream().distinct().toList();
    }

    private static String level(String word) throws ApiException {
        if (!LEVELS.contains(word)) {
            throw ApiException.badRequest("invalid logging level: " + word);
        }
        return word;
    }

    private void proxies(Cursor in) throws DocumentException {
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "http-proxy" -> proxies.put("HTTP_PROXY", in.text());
                case "https-proxy" -> proxies.put("HTTPS_PROXY", in.text());
                case "no-proxy" -> proxies.put("NO_PROXY", in.text());
                default -> {
                    unknown.add("proxies." + name);
                    in.skip();
                }
            }
        }
    }

    /** What containers have that nobody has said. */
    private boolean container(Cursor in, String name) throws IOException, DocumentException {
        switch (name) {
            case "log-driver" -> containers.logDriver(in.text());
            case "log-opts" -> containers.logOptions(in.textMap(Cursor.Strings.FOR_C));
            case "dns" -> containers.dns(in.texts());
            case "dns-opts" -> containers.dnsOptions(in.texts());
            case "dns-search" -> containers.dnsSearch(in.texts());
            case "default-ulimits" -> containers.ulimits(ulimits(in));
            case "default-shm-size" -> {
                long size = ByteCount.read(in, name);
                containers.shmSize(size);
                reloadable.put(name, Long.toString(size));
            }
            case "default-ipc-mode" -> containers.ipcMode(mode(in, name, "shareable"));
            case "default-cgroupns-mode" -> containers.cgroupnsMode(mode(in, name, "host"));
            case "cgroup-parent" -> containers.cgroupParent(in.text());
            case "init" -> containers.hasInit(in.bool());
            case "no-new-privileges" -> containers.noNewPrivileges(in.bool());
            case "seccomp-profile" -> containers.seccomp(profile(in.text()));
            case "security" -> containers.security(security(in.text()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String security(String word) throws ApiException {
        if (!Set.of("", "standard", "strict").contains(word)) {
            throw ApiException.badRequest("security \"" + word + "\": there are standard and strict");
        }
        return word;
    }

    /** verifyDefaultIpcMode and verifyDefaultCgroupNsMode of moby, daemon/config. */
    private String mode(Cursor in, String name, String other) throws IOException, DocumentException {
        String word = in.text();
        if (!Set.of("", "private", other).contains(word)) {
            throw ApiException.badRequest(
                    name + ": \"" + word + "\" is invalid; it is \"private\" or \"" + other + "\"");
        }
        if (!word.isEmpty()) {
            reloadable.put(name, word);
        }
        return word;
    }

    private static List<Ulimit> ulimits(Cursor in) throws DocumentException {
        List<Ulimit> all = new ArrayList<>();
        in.object();
        for (String key = in.nextField(); key != null; key = in.nextField()) {
            String name = key;
            long hard = 0;
            long soft = 0;
            in.object();
            for (String field = in.nextField(); field != null; field = in.nextField()) {
                switch (field) {
                    case "Name" -> name = in.text();
                    case "Hard" -> hard = in.int64();
                    case "Soft" -> soft = in.int64();
                    default -> in.unknown(List.of("Name", "Hard", "Soft"));
                }
            }
            all.add(new Ulimit(name, hard, soft));
        }
        return all;
    }

    private String profile(String value) throws IOException {
        if (value.isEmpty() || value.equals("builtin")) {
            return "";
        }
        seccompProfile = value;
        if (value.equals("unconfined")) {
            return value;
        }
        Path file = Path.of(value);
        if (!file.isAbsolute()) {
            throw ApiException.badRequest("seccomp-profile: " + value + " is no absolute path");
        }
        try {
            if (Files.size(file) > MOST_PROFILE) {
                throw ApiException.badRequest("opening seccomp profile (" + value + ") failed: it is larger than any");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw ApiException.badRequest(
                    "opening seccomp profile (" + value + ") failed: open " + value + ": no such file or directory");
        }
    }

    /** What networks have that nobody has said. */
    private boolean network(Cursor in, String name) throws IOException, DocumentException {
        switch (name) {
            case "bip" -> bridgeV4 = in.text();
            case "bip6" -> bridgeV6 = in.text();
            case "fixed-cidr" -> partV4 = in.text();
            case "fixed-cidr-v6" -> partV6 = in.text();
            case "ipv6" -> hasV6 = in.bool();
            case "mtu" -> bridgeOptions.put("com.docker.network.driver.mtu", Integer.toString(in.int32()));
            case "icc" -> bridgeOptions.put(BRIDGE + "enable_icc", Boolean.toString(in.bool()));
            case "ip-masq" -> bridgeOptions.put(BRIDGE + "enable_ip_masquerade", Boolean.toString(in.bool()));
            case "ip" -> bridgeOptions.put(BRIDGE + "host_binding_ipv4", in.text());
            case "default-address-pools" -> pools(in);
            case "default-network-opts" -> networkOptions(in);
            case "host-gateway-ips" -> hostGateway = in.texts();
            case "host-gateway-ip" -> {
                String address = in.text();
                hostGateway = address.isEmpty() ? hostGateway : List.of(address);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void pools(Cursor in) throws DocumentException {
        in.array();
        while (in.nextElement()) {
            String base = "";
            int size = 0;
            in.object();
            for (String field = in.nextField(); field != null; field = in.nextField()) {
                switch (field) {
                    case "base" -> base = in.text();
                    case "size" -> size = in.int32();
                    default -> in.unknown(List.of("base", "size"));
                }
            }
            pools.add(new NetworkDefaults.Pool(base, size));
        }
    }

    /** By the driver that they are of. */
    private void networkOptions(Cursor in) throws IOException, DocumentException {
        in.object();
        for (String driver = in.nextField(); driver != null; driver = in.nextField()) {
            Map<String, String> options = in.textMap(Cursor.Strings.FOR_C);
            if (driver.equals("bridge")) {
                networkOptions = options;
            } else {
                throw ApiException.notImplemented("default-network-opts: not built yet: the network driver " + driver);
            }
        }
    }

    /** What changes nothing here, or is refused. */
    private boolean foreign(Cursor in, String name) throws IOException, DocumentException {
        Set<String> words = ForeignKeys.words(name);
        Optional<ForeignKeys.Fixed> fixed = ForeignKeys.fixed(name);
        Optional<ForeignKeys.Idle> idle = ForeignKeys.idle(name);
        if (!words.isEmpty()) {
            String word = in.text();
            if (!words.contains(word)) {
                throw ApiException.notImplemented(name + ": not built yet: " + word);
            }
        } else if (name.equals("exec-opts")) {
            drivers(in.texts());
        } else if (fixed.isPresent()) {
            if (!isUsual(in, fixed.get())) {
                throw ApiException.notImplemented(name + ": " + fixed.get().why());
            }
        } else if (idle.isPresent()) {
            if (!idle.get().told().isEmpty()) {
                told.add(name + ": " + idle.get().told());
            }
            if (idle.get().isNumber()) {
                reloadable.put(name, Integer.toString(in.int32()));
            } else {
                in.skip();
            }
        } else {
            return false;
        }
        return true;
    }

    private static void drivers(List<String> options) throws ApiException {
        for (String option : options) {
            if (!option.equals(CGROUP_DRIVER + "cgroupfs")) {
                throw ApiException.notImplemented("exec-opts: not built yet: " + option);
            }
        }
    }

    private static boolean isUsual(Cursor in, ForeignKeys.Fixed fixed) throws DocumentException {
        return switch (fixed.kind()) {
            case BOOL -> in.bool() == fixed.usual();
            case TEXT -> in.text().isEmpty();
            case TEXTS -> in.texts().isEmpty();
            case NUMBER -> in.int64() == 0;
            case OBJECT -> {
                in.object();
                boolean isEmpty = in.nextField() == null;
                if (!isEmpty) {
                    in.skip();
                    while (in.nextField() != null) {
                        in.skip();
                    }
                }
                yield isEmpty;
            }
        };
    }

    /** A list as JSON has it. */
    private static String quoted(List<String> texts) {
        return "[" + String.join(",", texts.stream().map(Cursor::quoted).toList()) + "]";
    }
}

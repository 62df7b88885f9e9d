package dev.estiba.engine;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.Info;
import dev.estiba.api.Version;
import dev.estiba.engine.container.ContainerOperations;
import dev.estiba.engine.container.ContainerOperations.Counts;
import dev.estiba.engine.image.ImageOperations;
import dev.estiba.engine.settings.EngineSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** {@code GET /info}. */
final class EngineInfo {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    private EngineInfo() {}

    static Info read(EnginePaths paths, ContainerOperations containers, ImageOperations images) throws IOException {
        Version version = EngineVersion.read();
        Counts counts = containers.counts();
        EngineSettings settings = containers.settings();
        boolean unified = Files.exists(GROUPS.resolve("cgroup.controllers"));
        Map<String, List<String>> plugins = new TreeMap<>();
        plugins.put("Volume", List.of("local"));
        plugins.put("Network", List.of("bridge", "cni", "host", "ipvlan", "macvlan", "null"));
        plugins.put("Log", List.of("journald", "json-file", "local", "syslog"));
        return limits(Info.builder(), unified)
                .id(identity(paths))
                .containers(counts.running() + counts.paused() + counts.stopped())
                .containersRunning(counts.running())
                .containersPaused(counts.paused())
                .containersStopped(counts.stopped())
                .images(images.list(new ImageListOptions(true, Map.of())).size())
                .driver("overlayfs")
                .rootDir(paths.dataRoot().toString())
                .plugins(plugins)
                .descriptors(entries("/proc/self/fd"))
                .threads(entries("/proc/self/task"))
                .systemTime(Instant.now().toString())
                .loggingDriver(settings.containers().logDriver())
                .debug(settings.isDebugged())
                .labels(settings.labels())
                .cgroupDriver("cgroupfs")
                .cgroupVersion(unified ? "2" : "1")
                .eventListeners(containers.eventListeners())
                .kernelVersion(version.kernelVersion())
                .operatingSystem(release("PRETTY_NAME"))
                .osVersion(release("VERSION_ID"))
                .osType("linux")
                .architecture(version.arch().equals("arm64") ? "aarch64" : "x86_64")
                .processors(Runtime.getRuntime().availableProcessors())
                .memTotal(memory())
                .indexServerAddress(DOCKER_HUB)
                .httpProxy(masked(settings.proxies().getOrDefault("HTTP_PROXY", "")))
                .httpsProxy(masked(settings.proxies().getOrDefault("HTTPS_PROXY", "")))
                .noProxy(settings.proxies().getOrDefault("NO_PROXY", ""))
                .name(text(Path.of("/proc/sys/kernel/hostname")))
                .serverVersion(version.version())
                .runtimes(List.of("estiba"))
                .defaultRuntime("estiba")
                .liveRestoreEnabled(true)
                .initBinary("docker-init")
                .securityOptions(securityOptions(settings))
                .build();
    }

    /** Without what it is opened by: maskCredentials of moby, daemon. */
    private static String masked(String proxy) {
        return proxy.replaceFirst("^([a-z0-9]+://)?[^/@]*@", "$1xxxxx:xxxxx@");
    }

    private static List<String> securityOptions(EngineSettings settings) {
        List<String> options = new ArrayList<>(List.of("name=seccomp,profile=" + settings.seccompProfile()));
        if (settings.containers().noNewPrivileges()) {
            options.add("name=no-new-privileges");
        }
        if (settings.containers().isStrict()) {
            options.add("name=security,profile=strict");
        }
        return options;
    }

    private static Info.Builder limits(Info.Builder info, boolean unified) {
        return info.memoryLimit(has(unified, "memory", "memory.limit_in_bytes"))
                .swapLimit(has(unified, "memory", "memory.memsw.limit_in_bytes"))
                .cpuCfsPeriod(has(unified, "cpu", "cpu.cfs_period_us"))
                .cpuCfsQuota(has(unified, "cpu", "cpu.cfs_quota_us"))
                .cpuShares(has(unified, "cpu", "cpu.shares"))
                .cpuSet(has(unified, "cpuset", "cpuset.cpus"))
                .pidsLimit(has(unified, "pids", ""))
                .oomKillDisable(!unified && has(false, "memory", "memory.oom_control"))
                .ipv4Forwarding(text(Path.of("/proc/sys/net/ipv4/ip_forward")).equals("1"));
    }

    /** Whether the kernel can limit that here. */
    private static boolean has(boolean unified, String controller, String file) {
        return unified
                ? List.of(text(GROUPS.resolve("cgroup.controllers")).split(" ")).contains(controller)
                : Files.exists(GROUPS.resolve(controller).resolve(file));
    }

    /** Who this engine is, as long as its directory is there. */
    private static String identity(EnginePaths paths) throws IOException {
        Path file = paths.dataRoot().resolve("engine-id");
        if (!Files.exists(file)) {
            Files.createDirectories(paths.dataRoot());
            Files.writeString(file, UUID.randomUUID() + "\n", StandardCharsets.US_ASCII);
        }
        return text(file);
    }

    private static int entries(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of(directory))) {
            return (int) entries.count();
        }
    }

    private static long memory() throws IOException {
        List<String> words =
                new ArrayList<>(List.of(Files.readAllLines(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII)
                        .getFirst()
                        .split(" +")));
        if (words.size() < 2) {
            throw ApiException.serverError("/proc/meminfo does not say how much memory there is");
        }
        return Long.parseLong(words.get(1)) << 10;
    }

    /** os-release(5). */
    private static String release(String name) throws IOException {
        try {
            for (String line : Files.readAllLines(Path.of("/etc/os-release"), StandardCharsets.UTF_8)) {
                if (line.startsWith(name + "=")) {
                    String value = line.substring(name.length() + 1);
                    return value.replaceAll("^[\"']|[\"']$", "");
                }
            }
        } catch (NoSuchFileException e) {
            return "";
        }
        return "";
    }

    /** Empty when it is not there. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}

package dev.estiba.cli.create;

import dev.estiba.api.ConsoleSize;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HealthConfig;
import dev.estiba.api.HostConfig;
import dev.estiba.api.IdMappings;
import dev.estiba.api.LogConfig;
import dev.estiba.api.Mount;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.api.RestartPolicy;
import dev.estiba.cli.Caller;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Parsed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The flags of {@code run} and {@code create} become the body that Docker's command would send. */
public final class CreateBody {
    private final Parsed flags;
    private final Caller caller;

    private CreateBody(Parsed flags, Caller caller) {
        this.flags = flags;
        this.caller = caller;
    }

    /**
     * @param flags with the image and the container's command as its arguments
     * @throws BadValue when flags do not go together, or a file that they name cannot be read
     */
    public static CreateRequest of(Parsed flags, Caller caller) throws BadValue {
        return new CreateBody(flags, caller).request();
    }

    private CreateRequest request() throws BadValue {
        Volumes volumes = new Volumes(caller.directory());
        for (String spec : flags.all("volume")) {
            volumes.add(spec);
        }
        Ports ports = new Ports();
        for (String port : flags.all("publish")) {
            ports.publish(port);
        }
        for (String port : flags.all("expose")) {
            ports.expose(port);
        }
        if (!flags.text("mac-address").isEmpty()) {
            Checks.mac(flags.text("mac-address"));
        }
        HostConfig host = hostConfig(volumes, ports);
        return new CreateRequest(config(volumes, ports), host, new NetworkingConfig(new Networks(flags).endpoints));
    }

    // The container

    private ContainerConfig config(Volumes volumes, Ports ports) throws BadValue {
        List<String> attach = flags.all("attach");
        boolean hasStdin = flags.isOn("interactive") || attach.contains("stdin");
        List<String> words = flags.arguments();
        ContainerConfig.Builder config = ContainerConfig.builder()
                .hostname(flags.text("hostname"))
                .domainname(flags.text("domainname"))
                .user(flags.text("user"))
                .attachStdin(hasStdin)
                .attachStdout(attach.isEmpty() || attach.contains("stdout"))
                .attachStderr(attach.isEmpty() || attach.contains("stderr"))
                .exposedPorts(ports.exposed)
                .tty(flags.isOn("tty"))
                .openStdin(flags.isOn("interactive"))
                .stdinOnce(flags.isOn("interactive"))
                .env(environment())
                .cmd(words.subList(1, words.size()))
                .image(words.getFirst())
                .volumes(volumes.anonymous)
                .workingDir(flags.text("workdir"))
                .entrypoint(flags.isGiven("entrypoint") ? List.of(flags.text("entrypoint")) : List.of())
                .labels(KeyValues.labels(flags.all("label-file"), flags.all("label"), caller))
                .stopSignal(flags.text("stop-signal"));
        if (flags.isGiven("stop-timeout")) {
            config.stopTimeout(int32("stop-timeout"));
        }
        Optional<HealthConfig> health = health();
        health.ifPresent(config::healthcheck);
        return config.build();
    }

    private List<String> environment() throws BadValue {
        List<String> files = flags.all("env-file");
        List<String> given = flags.all("env");
        return switch (flags.text("env-file-format")) {
            case "docker" -> KeyValues.environment(files, given, caller);
            case "dotenv" -> KeyValues.environmentOfDotEnv(files, given, caller);
            default -> throw new BadValue("invalid --env-file-format: must be docker or dotenv");
        };
    }

    private Optional<HealthConfig> health() throws BadValue {
        String command = flags.text("health-cmd");
        List<String> numbers = List.of(
                "health-interval", "health-timeout", "health-retries", "health-start-period", "health-start-interval");
        boolean isSaid = !command.isEmpty() || numbers.stream().anyMatch(name -> flags.number(name) != 0);
        if (flags.isOn("no-healthcheck")) {
            if (isSaid) {
                throw new BadValue("--no-healthcheck conflicts with --health-* options");
            }
            return Optional.of(new HealthConfig(List.of("NONE"), 0, 0, 0, 0, 0));
        }
        if (!isSaid) {
            return Optional.empty();
        }
        for (String name : numbers) {
            if (flags.number(name) < 0) {
                throw new BadValue("--" + name + " cannot be negative");
            }
        }
        return Optional.of(new HealthConfig(
                command.isEmpty() ? List.of() : List.of("CMD-SHELL", command),
                flags.number("health-interval"),
                flags.number("health-timeout"),
                flags.number("health-start-period"),
                flags.number("health-start-interval"),
                int32("health-retries")));
    }

    /** The daemon knows what is not Docker's by annotations: so Docker's own command can say it as well. */
    private Map<String, String> annotations() throws BadValue {
        Map<String, String> annotations = new LinkedHashMap<>(KeyValues.map(flags.all("annotation")));
        if (flags.isGiven("health-on-failure")) {
            annotations.put("dev.estiba.health-on-failure", flags.text("health-on-failure"));
        }
        return annotations;
    }

    // The host

    private HostConfig hostConfig(Volumes volumes, Ports ports) throws BadValue {
        SecurityOptions security = new SecurityOptions(flags.all("security-opt"), caller);
        CapabilityChanges capabilities = new CapabilityChanges(flags.all("cap-add"), flags.all("cap-drop"));
        HostConfig.Builder host = HostConfig.builder()
                .binds(volumes.binds)
                .containerIdFile(flags.text("cidfile"))
                .logConfig(log())
                .networkMode(networkMode())
                .portBindings(ports.bindings)
                .restartPolicy(restart())
                .autoRemove(flags.isOn("rm"))
                .volumeDriver(flags.text("volume-driver"))
                .volumesFrom(flags.all("volumes-from"))
                .consoleSize(consoleSize())
                .annotations(annotations())
                .capAdd(capabilities.add)
                .capDrop(capabilities.drop)
                .cgroupnsMode(word("cgroupns", "--cgroupns: invalid CGROUP mode", Set.of("", "private", "host")))
                .dns(flags.all("dns"))
                .dnsOptions(flags.all("dns-option", "dns-opt"))
                .dnsSearch(flags.all("dns-search"))
                .extraHosts(flags.all("add-host"))
                .groupAdd(flags.all("group-add"))
                .ipcMode(flags.text("ipc"))
                .links(flags.all("link"))
                .oomScoreAdj(int32("oom-score-adj"))
                .pidMode(pidMode())
                .privileged(flags.isOn("privileged"))
                .publishAllPorts(flags.isOn("publish-all"))
                .readonlyRootfs(flags.isOn("read-only"))
                .securityOpt(securityOptions(security))
                .storageOpt(storage())
                .tmpfs(tmpfs())
                .utsMode(word("uts", "--uts: invalid UTS mode", Set.of("", "host")))
                .usernsMode(userNamespaceMode())
                .shmSize(flags.number("shm-size"))
                .sysctls(KeyValues.map(flags.all("sysctl")))
                .runtime(flags.text("runtime"))
                .isolation(flags.text("isolation"))
                .resources(ResourceLimits.of(flags))
                .mounts(mounts());
        if (security.paths.isPresent()) {
            host.maskedPaths(security.paths.get()).readonlyPaths(security.paths.get());
        }
        if (flags.isGiven("uidmap") || flags.isGiven("gidmap")) {
            host.idMappings(new IdMappings(flags.all("uidmap"), flags.all("gidmap")));
        }
        if (flags.isGiven("init")) {
            host.init(flags.isOn("init"));
        }
        return host.build();
    }

    /** So that the process finds its terminal's size at once; a resize comes only when it runs already. */
    private ConsoleSize consoleSize() {
        return caller.isTerminal(1)
                ? caller.windowSize()
                        .map(size -> new ConsoleSize(size.rows(), size.columns()))
                        .orElse(new ConsoleSize(0, 0))
                : new ConsoleSize(0, 0);
    }

    private String networkMode() throws BadValue {
        return new Networks(flags).mode;
    }

    private List<Mount> mounts() throws BadValue {
        List<Mount> mounts = new ArrayList<>();
        for (String mount : flags.all("mount")) {
            mounts.add(MountFlag.read(mount, caller.directory()));
        }
        return mounts;
    }

    private Map<String, String> tmpfs() {
        Map<String, String> tmpfs = new LinkedHashMap<>();
        for (String mount : flags.all("tmpfs")) {
            Pair pair = Pair.cut(mount, ':');
            tmpfs.put(pair.before(), pair.after());
        }
        return tmpfs;
    }

    private Map<String, String> storage() throws BadValue {
        for (String option : flags.all("storage-opt")) {
            if (option.indexOf('=') < 0) {
                throw new BadValue("invalid storage option");
            }
        }
        List<String> options = new ArrayList<>(flags.all("storage-opt"));
        if (flags.isGiven("snapshotter")) {
            options.add("snapshotter=" + flags.text("snapshotter"));
        }
        return KeyValues.map(options);
    }

    private LogConfig log() throws BadValue {
        String driver = flags.text("log-driver");
        List<String> options = flags.all("log-opt");
        if (driver.equals("none") && !options.isEmpty()) {
            throw new BadValue("invalid logging opts for driver none");
        }
        return new LogConfig(driver, KeyValues.map(options));
    }

    private RestartPolicy restart() throws BadValue {
        RestartPolicy policy = restart(flags.text("restart"));
        if (flags.isOn("rm") && !policy.name().isEmpty() && !policy.name().equals("no")) {
            throw new BadValue("conflicting options: cannot specify both --restart and --rm");
        }
        return policy;
    }

    /** {@code --restart}: {@code on-failure:3}. */
    public static RestartPolicy restart(String policy) throws BadValue {
        Pair pair = Pair.cut(policy, ':');
        int count = 0;
        if (pair.isCut() && pair.before().isEmpty()) {
            throw new BadValue("invalid restart policy format: no policy provided before colon");
        }
        if (!pair.after().isEmpty()) {
            try {
                count = Integer.parseInt(pair.after());
            } catch (NumberFormatException e) {
                throw new BadValue("invalid restart policy format: maximum retry count must be an integer");
            }
        }
        return new RestartPolicy(pair.before(), count);
    }

    private String pidMode() throws BadValue {
        String mode = flags.text("pid");
        boolean isContainer = mode.startsWith("container:") && mode.length() > "container:".length();
        if (!mode.isEmpty() && !mode.equals("host") && !isContainer) {
            throw new BadValue("--pid: invalid PID mode");
        }
        return mode;
    }

    /** Docker's word is host; the others are podman's, and the engine looks at what follows their colon. */
    private String userNamespaceMode() throws BadValue {
        String mode = flags.text("userns");
        String word = Pair.cut(mode, ':').before();
        if (!Set.of("", "host", "auto", "keep-id", "private", "nomap", "container", "ns")
                .contains(word)) {
            throw new BadValue("--userns: invalid USER mode");
        }
        return mode;
    }

    /** {@code --security} is a word of ours: for the engine it is one of these options. */
    private List<String> securityOptions(SecurityOptions security) throws BadValue {
        String word = word("security", "--security: there are standard and strict", Set.of("", "standard", "strict"));
        List<String> all = new ArrayList<>(security.options);
        if (!word.isEmpty()) {
            all.add("security=" + word);
        }
        return all;
    }

    private String word(String name, String problem, Set<String> known) throws BadValue {
        if (!known.contains(flags.text(name))) {
            throw new BadValue(problem);
        }
        return flags.text(name);
    }

    private int int32(String name) throws BadValue {
        return ResourceLimits.int32(flags, name);
    }
}

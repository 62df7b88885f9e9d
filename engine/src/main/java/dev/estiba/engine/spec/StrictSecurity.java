package dev.estiba.engine.spec;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.HostConfig;
import dev.estiba.api.Resources;
import dev.estiba.runtime.Defaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * {@code --security-opt security=strict}: a container that is kept in more narrowly than Docker's. What follows from the word is
 * written into the request when the container is made, so that who looks at it sees what holds, and a later version of this
 * program changes nothing of a container that is there. What a person says of a part by its own flag holds before the word.
 */
public final class StrictSecurity {
    /** In {@code HostConfig.SecurityOpt}. */
    public static final String OPTION = "security=strict";

    /** Of the network: it reaches no service of the host's, and sends by its own addresses alone. */
    private static final String NETWORK = "network";

    private static final String NETWORK_OPTION = NETWORK + "=strict";

    /** Of Docker's fourteen, those that few programs need: raw sockets, device nodes, the audit log. */
    private static final List<String> DROPPED = List.of("NET_RAW", "MKNOD", "AUDIT_WRITE");

    /** What else of /proc and /sys tells of the host's kernel, or steers it. */
    private static final List<String> MASKED = List.of(
            "/proc/config.gz",
            "/proc/kallsyms",
            "/proc/kmsg",
            "/proc/modules",
            "/proc/pagetypeinfo",
            "/proc/slabinfo",
            "/proc/vmallocinfo",
            "/sys/fs/bpf",
            "/sys/kernel/debug",
            "/sys/kernel/security",
            "/sys/kernel/tracing");

    private static final long PROCESSES = 4096;
    /** When memory is short, a container goes before the host's own services. */
    private static final int OOM_SCORE = 100;

    private StrictSecurity() {}

    /**
     * A request with what the word stands for.
     *
     * @param reasons why a part of it does not hold, for the person
     */
    public record Applied(CreateRequest request, List<String> reasons) {
        public Applied {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * @param merged with what its image adds
     * @return the request as it is when it does not have the word
     * @throws ApiException 400 for what contradicts the word
     */
    public static Applied apply(CreateRequest merged, HostFacts facts) throws ApiException {
        HostConfig host = merged.hostConfig();
        if (!SecurityOptions.parse(host.securityOpt()).isStrict()) {
            return new Applied(merged, List.of());
        }
        if (host.privileged()) {
            throw ApiException.badRequest("--privileged and --security strict contradict each other: say one of them"
                    + " (--security-opt security=standard, where strict is the daemon's own setting)");
        }
        if (host.isolation().equals("chroot")) {
            throw ApiException.badRequest("--isolation chroot has no walls that --security strict could narrow");
        }
        List<String> reasons = new ArrayList<>();
        HostConfig.Builder strict = host.toBuilder()
                .usernsMode(userns(host, facts, reasons))
                .capDrop(dropped(host))
                .securityOpt(options(merged, reasons))
                .resources(resources(host.resources()))
                .oomScoreAdj(host.oomScoreAdj() == 0 ? OOM_SCORE : host.oomScoreAdj());
        if (host.maskedPaths().isEmpty()) {
            strict.maskedPaths(Stream.concat(Defaults.MASKED_PATHS.stream(), MASKED.stream())
                    .toList());
        }
        return new Applied(new CreateRequest(merged.config(), strict.build(), merged.networkingConfig()), reasons);
    }

    /** Ids of its own, unless something that it shares belongs to the host's. */
    private static String userns(HostConfig host, HostFacts facts, List<String> reasons) {
        if (!host.usernsMode().isEmpty()
                || host.idMappings().isPresent()
                || facts.lent().isPresent()) {
            return host.usernsMode();
        }
        Optional<String> why = sharedBelongings(host);
        if (why.isEmpty()) {
            return "auto";
        }
        reasons.add("security strict: its users have the host's ids, because of " + why.get());
        return "host";
    }

    private static Optional<String> sharedBelongings(HostConfig host) {
        if (host.networkMode().equals("host")) {
            return Optional.of("--network host");
        }
        if (host.networkMode().startsWith("container:")) {
            return Optional.of("--network container:");
        }
        if (host.pidMode().equals("host") || host.pidMode().startsWith("container:")) {
            return Optional.of("--pid " + host.pidMode());
        }
        if (host.ipcMode().equals("host") || host.ipcMode().startsWith("container:")) {
            return Optional.of("--ipc " + host.ipcMode());
        }
        boolean hasImage = host.mounts().stream().anyMatch(mount -> mount.type().equals("image"));
        return hasImage ? Optional.of("--mount type=image") : Optional.empty();
    }

    private static List<String> dropped(HostConfig host) {
        List<String> all = new ArrayList<>(host.capDrop());
        for (String name : DROPPED) {
            boolean isSaid = Stream.concat(host.capAdd().stream(), host.capDrop().stream())
                    .map(word -> word.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", ""))
                    .anyMatch(word -> word.equals(name) || word.equals("ALL"));
            if (!isSaid) {
                all.add(name);
            }
        }
        return all;
    }

    private static List<String> options(CreateRequest merged, List<String> reasons) {
        List<String> all = new ArrayList<>(merged.hostConfig().securityOpt());
        noNewPrivileges(merged, all, reasons);
        network(merged.hostConfig(), all, reasons);
        return all;
    }

    /** Programs with the set-user-id bit gain nothing, where the image's user is not root anyway. */
    private static void noNewPrivileges(CreateRequest merged, List<String> all, List<String> reasons) {
        if (all.stream().anyMatch(option -> option.startsWith("no-new-privileges"))) {
            return;
        }
        if (isRoot(merged.config().user())) {
            reasons.add("security strict: it runs as root, so programs of its image may still change their user"
                    + " (--security-opt no-new-privileges forbids it)");
        } else {
            all.add("no-new-privileges");
        }
    }

    /** Of a network that it shares there is nothing to be kept from, and without one nobody to be reached. */
    private static void network(HostConfig host, List<String> all, List<String> reasons) {
        if (all.stream().anyMatch(option -> option.startsWith(NETWORK + "="))
                || host.networkMode().equals("none")) {
            return;
        }
        if (host.networkMode().equals("host")) {
            reasons.add("security strict: it reaches all that the host does, because of --network host");
        } else if (host.networkMode().startsWith("container:")) {
            reasons.add("security strict: its network is kept in as that of the container is that it shares, because of"
                    + " --network container:");
        } else {
            all.add(NETWORK_OPTION);
        }
    }

    /** Whether a container's network is kept in narrowly. */
    public static boolean confinesNetwork(HostConfig host) {
        return host.securityOpt().stream()
                .filter(option -> option.startsWith(NETWORK + "="))
                .reduce((_, last) -> last)
                .filter(NETWORK_OPTION::equals)
                .isPresent();
    }

    /** Whether a container's {@code user[:group]} is root. */
    static boolean isRoot(String user) {
        String name = user.split(":", 2)[0];
        return name.isEmpty() || name.equals("root") || name.matches("0+");
    }

    private static Resources resources(Resources asked) {
        boolean isOpen = asked.pidsLimit().orElse(0) == 0;
        return isOpen ? asked.toBuilder().pidsLimit(OptionalLong.of(PROCESSES)).build() : asked;
    }
}

package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A daemon's settings in daemon.json's terms.
 *
 * @param hosts empty: not said
 * @param ignored settings of dockerd that mean nothing here yet
 */
record DaemonFile(
        Optional<String> dataRoot,
        Optional<String> execRoot,
        Optional<String> group,
        List<String> hosts,
        List<String> ignored) {
    static final DaemonFile NOTHING =
            new DaemonFile(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());

    private static final int MOST_BYTES = 4 << 20;

    /** Who reads images reads these. */
    private static final Set<String> OF_REGISTRIES = Set.of("registry-mirrors", "insecure-registries");

    /** dockerd 28.5's, but for those that are read. */
    private static final Set<String> OF_DOCKERD = Set.of(
            "allow-direct-routing",
            "authorization-plugins",
            "bip",
            "bip6",
            "bridge",
            "bridge-accept-fwmark",
            "builder",
            "cgroup-parent",
            "containerd",
            "containerd-namespace",
            "containerd-plugin-namespace",
            "cpu-rt-period",
            "cpu-rt-runtime",
            "cri-containerd",
            "data-root-immutable",
            "debug",
            "default-address-pools",
            "default-cgroupns-mode",
            "default-gateway",
            "default-gateway-v6",
            "default-ipc-mode",
            "default-network-opts",
            "default-runtime",
            "default-shm-size",
            "default-ulimits",
            "dns",
            "dns-opts",
            "dns-search",
            "exec-opts",
            "experimental",
            "features",
            "firewall-backend",
            "fixed-cidr",
            "fixed-cidr-v6",
            "host-gateway-ips",
            "icc",
            "init",
            "init-path",
            "ip",
            "ip-forward",
            "ip-forward-no-drop",
            "ip-masq",
            "ip6tables",
            "iptables",
            "ipv6",
            "labels",
            "live-restore",
            "log-driver",
            "log-format",
            "log-level",
            "log-opts",
            "max-concurrent-downloads",
            "max-concurrent-uploads",
            "max-download-attempts",
            "metrics-addr",
            "min-api-version",
            "mtu",
            "network-control-plane-mtu",
            "no-new-privileges",
            "node-generic-resources",
            "oom-score-adjust",
            "pidfile",
            "proxies",
            "raw-logs",
            "runtimes",
            "seccomp-profile",
            "selinux-enabled",
            "shutdown-timeout",
            "storage-driver",
            "storage-opts",
            "swarm-default-advertise-addr",
            "tls",
            "tlscacert",
            "tlscert",
            "tlskey",
            "tlsverify",
            "userland-proxy",
            "userland-proxy-path",
            "userns-remap");

    /**
     * @param asked whether somebody has named the file: then it must be there
     * @throws ApiException in words for a person, with the file's name
     */
    static DaemonFile read(Path file, boolean asked) throws ApiException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw unusable(file, "it is larger than any configuration (" + MOST_BYTES + " bytes)");
            }
            return parse(file, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            if (asked) {
                throw unusable(file, "no such file or directory");
            }
            return NOTHING;
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        }
    }

    private static ApiException unusable(Path file, String why) {
        return ApiException.badRequest("unable to configure the daemon with file " + file + ": " + why);
    }

    private static DaemonFile parse(Path file, byte[] document) throws IOException {
        if (new String(document, StandardCharsets.ISO_8859_1).isBlank()) {
            return NOTHING;
        }
        Optional<String> dataRoot = Optional.empty();
        Optional<String> execRoot = Optional.empty();
        Optional<String> group = Optional.empty();
        List<String> hosts = List.of();
        List<String> ignored = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "data-root" -> dataRoot = Optional.of(in.text());
                    case "exec-root" -> execRoot = Optional.of(in.text());
                    case "group" -> group = Optional.of(in.text());
                    case "hosts" -> hosts = in.texts();
                    default -> {
                        if (OF_DOCKERD.contains(name)) {
                            ignored.add(name);
                        } else if (!OF_REGISTRIES.contains(name)) {
                            unknown.add(name);
                        }
                        in.skip();
                    }
                }
            }
            in.end();
        } catch (DocumentException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        }
        if (!unknown.isEmpty()) {
            throw unusable(
                    file,
                    "the following directives don't match any configuration option: " + String.join(", ", unknown));
        }
        return new DaemonFile(dataRoot, execRoot, group, hosts, ignored);
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.network.Given;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.store.Home;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.Subnet;
import dev.estiba.network.dns.HostsFile;
import dev.estiba.network.dns.ResolvConf;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** /etc/hostname, /etc/hosts and /etc/resolv.conf: files of the container's that are bound over its image's. */
final class ContainerFiles {
    private static final String HOST_GATEWAY = "host-gateway";

    private ContainerFiles() {}

    /**
     * What a container's network says about names.
     *
     * @param hostGateway the addresses that {@code host-gateway} stands for
     * @param linked lines of other containers
     */
    record Network(Given given, List<InetAddress> hostGateway, List<HostsFile.Entry> linked) {
        static final Network NONE = new Network(Given.NOTHING, List.of(), List.of());
    }

    /**
     * @param domain the container's, may be empty
     * @param owner the container's root, where that is another one than the host's
     * @throws ApiException 400 for an {@code --add-host} that is none
     */
    static void write(
            Path directory,
            HostConfig host,
            String hostname,
            String domain,
            Network network,
            Optional<ContainerIds> owner)
            throws IOException {
        write(directory.resolve("hostname"), hostname + "\n", owner);
        write(directory.resolve("hosts"), hosts(host, hostname, domain, network), owner);
        write(directory.resolve("resolv.conf"), resolvConf(host, network.given()), owner);
    }

    /** Where they are: of one that another version has started they are with what it keeps. */
    static Path of(Home home) {
        boolean older = !Files.exists(home.runPath().resolve("hosts"))
                && Files.exists(home.dataPath().resolve("hosts"));
        return older ? home.dataPath() : home.runPath();
    }

    /** The same as those of the container whose network it shares. */
    static void copy(Path from, Path directory, Optional<ContainerIds> owner) throws IOException {
        for (String name : List.of("hostname", "hosts", "resolv.conf")) {
            write(directory.resolve(name), read(from.resolve(name)), owner);
        }
    }

    private static void write(Path file, String text, Optional<ContainerIds> owner) throws IOException {
        Files.writeString(file, text);
        if (owner.isPresent()) {
            Files.setAttribute(file, "unix:uid", (int) owner.get().hostUid(0).orElseThrow());
            Files.setAttribute(file, "unix:gid", (int) owner.get().hostGid(0).orElseThrow());
        }
    }

    private static String hosts(HostConfig host, String hostname, String domain, Network network) throws IOException {
        List<HostsFile.Entry> extra = extra(host, network.hostGateway());
        extra.addAll(network.linked());
        if (!network.given().places().isEmpty()) {
            List<InetAddress> own = network.given().addresses();
            boolean hasV6 = own.stream().anyMatch(Inet6Address.class::isInstance);
            return HostsFile.text(hasV6, extra, own, hostname, domain);
        }
        StringBuilder text = new StringBuilder();
        if (host.networkMode().equals("host")) {
            text.append(read(Path.of("/etc/hosts")));
        } else {
            text.append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
            text.append(
                    "fe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
            text.append("127.0.1.1\t").append(hostname).append('\n');
        }
        for (HostsFile.Entry entry : extra) {
            text.append(entry.line());
        }
        return text.toString();
    }

    /** {@code --add-host}. */
    private static List<HostsFile.Entry> extra(HostConfig host, List<InetAddress> hostGateway) throws ApiException {
        List<HostsFile.Entry> all = new ArrayList<>();
        for (String extra : host.extraHosts()) {
            int colon = extra.indexOf(':');
            if (colon <= 0 || colon == extra.length() - 1) {
                throw ApiException.badRequest("bad format for add-host: \"" + extra + "\"");
            }
            String name = extra.substring(0, colon);
            String address = extra.substring(colon + 1).replace("[", "").replace("]", "");
            try {
                if (!address.equals(HOST_GATEWAY)) {
                    all.add(new HostsFile.Entry(Subnet.parseAddress(address), name));
                } else if (hostGateway.isEmpty()) {
                    throw ApiException.serverError(
                            "unable to derive the IP value for host-gateway: bridge networks need the daemon");
                } else {
                    hostGateway.forEach(each -> all.add(new HostsFile.Entry(each, name)));
                }
            } catch (NetworkException | IllegalArgumentException e) {
                throw ApiException.badRequest("invalid add-host \"" + extra + "\": " + e.getMessage());
            }
        }
        return all;
    }

    /** Of a container that shares the host's network, or has none, the host's own with its wishes. */
    private static String resolvConf(HostConfig host, Given given) throws IOException {
        ResolvConf.Wishes wishes = new ResolvConf.Wishes(host.dns(), host.dnsSearch(), host.dnsOptions());
        if (given.places().isEmpty()) {
            return resolvConf(host);
        }
        ResolvConf known = ResolvConf.ofHost(false);
        boolean hasV6 = given.addresses().stream().anyMatch(Inet6Address.class::isInstance);
        return (given.hasResolver() ? known.forResolver(wishes) : known.forContainer(wishes, hasV6)).text();
    }

    private static String resolvConf(HostConfig host) throws IOException {
        List<String> lines =
                new ArrayList<>(read(Path.of("/etc/resolv.conf")).lines().toList());
        if (!host.dns().isEmpty()) {
            lines.removeIf(line -> line.startsWith("nameserver"));
            host.dns().forEach(server -> lines.add("nameserver " + server));
        }
        if (!host.dnsSearch().isEmpty()) {
            lines.removeIf(line -> line.startsWith("search") || line.startsWith("domain"));
            Set<String> domains = new LinkedHashSet<>(host.dnsSearch());
            domains.remove(".");
            if (!domains.isEmpty()) {
                lines.add("search " + String.join(" ", domains));
            }
        }
        if (!host.dnsOptions().isEmpty()) {
            lines.removeIf(line -> line.startsWith("options"));
            lines.add("options " + String.join(" ", host.dnsOptions()));
        }
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static String read(Path path) throws IOException {
        return Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.UTF_8) : "";
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.spec.ContainerIds;
import java.io.IOException;
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
    private ContainerFiles() {}

    /**
     * @param owner the container's root, where that is another one than the host's
     * @throws ApiException 400 for an {@code --add-host} that is none
     */
    static void write(Path directory, HostConfig host, String hostname, Optional<ContainerIds> owner)
            throws IOException {
        boolean sharesNetwork = host.networkMode().equals("host");
        write(directory.resolve("hostname"), hostname + "\n", owner);
        write(directory.resolve("hosts"), hosts(host, hostname, sharesNetwork), owner);
        write(directory.resolve("resolv.conf"), resolvConf(host), owner);
    }

    private static void write(Path file, String text, Optional<ContainerIds> owner) throws IOException {
        Files.writeString(file, text);
        if (owner.isPresent()) {
            Files.setAttribute(file, "unix:uid", (int) owner.get().hostUid(0).orElseThrow());
            Files.setAttribute(file, "unix:gid", (int) owner.get().hostGid(0).orElseThrow());
        }
    }

    private static String hosts(HostConfig host, String hostname, boolean sharesNetwork) throws IOException {
        StringBuilder text = new StringBuilder();
        if (sharesNetwork) {
            text.append(read(Path.of("/etc/hosts")));
        } else {
            text.append("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
            text.append(
                    "fe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n");
            text.append("127.0.1.1\t").append(hostname).append('\n');
        }
        for (String extra : host.extraHosts()) {
            int colon = extra.indexOf(':');
            if (colon <= 0 || colon == extra.length() - 1) {
                throw ApiException.badRequest("bad format for add-host: \"" + extra + "\"");
            }
            String address = extra.substring(colon + 1);
            if (address.equals("host-gateway")) {
                throw ApiException.notImplemented("host-gateway is not built yet: it needs a bridge network");
            }
            text.append(address.replace("[", "").replace("]", ""))
                    .append('\t')
                    .append(extra, 0, colon)
                    .append('\n');
        }
        return text.toString();
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

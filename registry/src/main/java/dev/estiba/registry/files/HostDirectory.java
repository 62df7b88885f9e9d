package dev.estiba.registry.files;

import dev.estiba.registry.files.HostRule.Capability;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A host's directory of certificates and mirrors: {@code certs.d/HOST} of Docker ({@code *.crt}, {@code client.cert} with
 * {@code client.key}), or of containerd ({@code hosts.toml}), where the latter counts when it is there.
 *
 * @param server the registry itself, where the file has another place for it
 * @param mirrors asked before it, in order
 * @param tls of the registry itself
 */
public record HostDirectory(Optional<HostRule> server, List<HostRule> mirrors, TlsRules tls) {
    private static final String FILE = "hosts.toml";
    private static final String ANY = "_default";
    private static final Set<Capability> ALL = EnumSet.allOf(Capability.class);

    public HostDirectory {
        mirrors = List.copyOf(mirrors);
    }

    /**
     * The first that is there.
     *
     * @param roots directories with one for each host
     * @param domain a host as it stands in names, with its port
     */
    public static Optional<HostDirectory> find(List<Path> roots, String domain) throws IOException {
        for (Path root : roots) {
            for (String name : names(domain)) {
                Path directory = root.resolve(name);
                if (Files.isDirectory(directory)) {
                    return Optional.of(read(directory));
                }
            }
        }
        return Optional.empty();
    }

    /** containerd's order; a colon may be two underscores, for file systems that have none. */
    private static List<String> names(String domain) {
        if (domain.isEmpty() || domain.startsWith(".") || domain.indexOf('/') >= 0) {
            return List.of(ANY);
        }
        int colon = domain.lastIndexOf(':');
        return colon < 0 || domain.endsWith("]")
                ? List.of(domain, ANY)
                : List.of(domain, domain.substring(0, colon) + "_" + domain.substring(colon + 1) + "_", ANY);
    }

    private static HostDirectory read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        return Files.exists(file) ? hosts(TomlFile.read(file), directory) : certificates(directory);
    }

    // Docker's

    private static HostDirectory certificates(Path directory) throws IOException {
        List<Path> authorities = new ArrayList<>();
        List<TlsRules.Identity> identities = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".crt")) {
                    authorities.add(file);
                } else if (name.endsWith(".cert")) {
                    Path key = sibling(file, name, ".cert", ".key");
                    if (!Files.exists(key)) {
                        throw new IOException("missing key " + key.getFileName() + " for client certificate " + name
                                + " in " + directory + ". CA certificates must use the extension .crt");
                    }
                    identities.add(new TlsRules.Identity(file, key));
                } else if (name.endsWith(".key") && !Files.exists(sibling(file, name, ".key", ".cert"))) {
                    throw new IOException("missing client certificate "
                            + sibling(file, name, ".key", ".cert").getFileName() + " for key " + name + " in "
                            + directory);
                }
            }
        }
        return new HostDirectory(Optional.empty(), List.of(), new TlsRules(authorities, identities, true));
    }

    private static Path sibling(Path file, String name, String old, String other) {
        return file.resolveSibling(name.substring(0, name.length() - old.length()) + other);
    }

    // containerd's

    private static HostDirectory hosts(TomlFile file, Path directory) throws IOException {
        List<HostRule> mirrors = new ArrayList<>();
        for (Map.Entry<String, TomlFile> host : file.named("host").entrySet()) {
            mirrors.add(rule(host.getKey(), host.getValue(), directory));
        }
        TlsRules tls = tls(file, directory);
        Optional<String> server = file.text("server").filter(text -> !text.isEmpty());
        return new HostDirectory(
                server.isPresent() ? Optional.of(rule(server.get(), file, directory)) : Optional.empty(), mirrors, tls);
    }

    private static HostRule rule(String address, TomlFile table, Path directory) throws IOException {
        HostRule.Place place = HostRule.place(address)
                .orElseThrow(() -> table.refused("\"" + address + "\" is no address of a web server"));
        boolean whole = table.flag("override_path").orElse(false);
        Optional<String> path = whole
                ? Optional.of(place.path())
                : place.path().isEmpty() || place.path().endsWith("/v2")
                        ? Optional.of(place.path()).filter(text -> !text.isEmpty())
                        : Optional.of(place.path() + "/v2");
        return new HostRule(
                place.scheme(), place.host(), path, capabilities(table), tls(table, directory), false, headers(table));
    }

    private static Set<Capability> capabilities(TomlFile table) throws IOException {
        List<String> words = table.texts("capabilities");
        if (words.isEmpty()) {
            return ALL;
        }
        Set<Capability> all = EnumSet.noneOf(Capability.class);
        for (String word : words) {
            all.add(Stream.of(Capability.values())
                    .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst()
                    .orElseThrow(() -> table.refused("\"" + word + "\" is none of pull, resolve, push")));
        }
        return all;
    }

    private static TlsRules tls(TomlFile table, Path directory) throws IOException {
        List<Path> authorities =
                table.texts("ca").stream().map(directory::resolve).toList();
        List<TlsRules.Identity> identities = new ArrayList<>();
        for (List<String> pair : table.lists("client")) {
            if (pair.isEmpty() || pair.size() > 2) {
                throw table.refused("client is neither a file nor a certificate with its key");
            }
            Path key = directory.resolve(pair.getLast());
            identities.add(new TlsRules.Identity(directory.resolve(pair.getFirst()), key));
        }
        return new TlsRules(authorities, identities, !table.flag("skip_verify").orElse(false));
    }

    private static Map<String, List<String>> headers(TomlFile table) throws IOException {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String name : table.names()) {
            if (name.equals("header")) {
                TomlFile headers = table.table("header");
                for (String header : headers.names()) {
                    all.put(header, List.copyOf(headers.texts(header)));
                }
            }
        }
        return all;
    }
}

package dev.estiba.registry.files;

import dev.estiba.registry.files.HostRule.Capability;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code registries.conf}, version 2 (containers-registries.conf(5)): which names are blocked, are found elsewhere, or have
 * mirrors. What it says of names without a registry is in {@link ShortNames}.
 *
 * @param registries by their prefixes; a later file's counts
 */
public record RegistriesConf(List<Rule> registries) {
    public static final RegistriesConf EMPTY = new RegistriesConf(List.of());

    /** Which pulls a mirror is for. */
    public enum Which {
        ALL,
        BY_DIGEST,
        BY_TAG
    }

    /**
     * What is said of the names with a prefix.
     *
     * @param prefix {@code host[:port][/path]}, or {@code *.domain} for every host of it
     * @param location what stands in the prefix's place; the prefix itself where nothing is said
     * @param file where it is said
     */
    public record Rule(
            String prefix, String location, boolean insecure, boolean blocked, List<Mirror> mirrors, Path file) {
        public Rule {
            mirrors = List.copyOf(mirrors);
        }
    }

    /** A place that has a prefix's images as well. */
    public record Mirror(String location, boolean insecure, Which which) {}

    /**
     * A name's place.
     *
     * @param path of the repository there
     */
    public record Place(HostRule host, String path) {}

    public RegistriesConf {
        registries = List.copyOf(registries);
    }

    /** @param files those that are not there are passed over */
    public static RegistriesConf read(List<Path> files) throws IOException {
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                for (TomlFile table : TomlFile.read(file).tables("registry")) {
                    Rule rule = rule(table);
                    rules.put(rule.prefix(), rule);
                }
            }
        }
        return new RegistriesConf(List.copyOf(rules.values()));
    }

    private static Rule rule(TomlFile table) throws IOException {
        Optional<String> location = table.text("location").map(RegistriesConf::trimmed);
        Optional<String> prefix =
                table.text("prefix").map(RegistriesConf::trimmed).filter(text -> !text.isEmpty());
        if (location.isEmpty() && (prefix.isEmpty() || !prefix.get().startsWith("*."))) {
            throw table.refused("a [[registry]] has neither a location nor a prefix with an asterisk");
        }
        if (prefix.isPresent() && prefix.get().startsWith("*.") && prefix.get().indexOf('/') >= 0) {
            throw table.refused("prefix \"" + prefix.get() + "\": after an asterisk there may be a domain only");
        }
        boolean byDigest = table.flag("mirror-by-digest-only").orElse(false);
        List<Mirror> mirrors = new ArrayList<>();
        for (TomlFile mirror : table.tables("mirror")) {
            mirrors.add(mirror(mirror, byDigest));
        }
        String whole = prefix.or(() -> location).orElseThrow();
        return new Rule(
                whole,
                location.orElse(""),
                table.flag("insecure").orElse(false),
                table.flag("blocked").orElse(false),
                mirrors,
                table.file());
    }

    private static Mirror mirror(TomlFile table, boolean byDigest) throws IOException {
        String location = table.text("location")
                .map(RegistriesConf::trimmed)
                .orElseThrow(() -> table.refused("a [[registry.mirror]] has no location"));
        String word = table.text("pull-from-mirror").orElse("");
        Which which = switch (word) {
            case "", "all" -> byDigest ? Which.BY_DIGEST : Which.ALL;
            case "digest-only" -> Which.BY_DIGEST;
            case "tag-only" -> Which.BY_TAG;
            default -> throw table.refused("pull-from-mirror \"" + word + "\" is none of all, digest-only, tag-only");
        };
        return new Mirror(location, table.flag("insecure").orElse(false), which);
    }

    private static String trimmed(String location) {
        return location.replaceAll("/+$", "");
    }

    /** The rule with the longest prefix that a repository's name has. */
    public Optional<Rule> of(String repository) {
        return registries.stream()
                .filter(rule -> matches(rule.prefix(), repository))
                .max(Comparator.comparingInt(rule -> rule.prefix().length()));
    }

    private static boolean matches(String prefix, String repository) {
        if (prefix.startsWith("*.")) {
            int slash = repository.indexOf('/');
            String host = slash < 0 ? repository : repository.substring(0, slash);
            int colon = host.indexOf(':');
            return (colon < 0 ? host : host.substring(0, colon)).endsWith(prefix.substring(1));
        }
        return repository.equals(prefix) || repository.startsWith(prefix + "/");
    }

    /** Where the registry itself is by this rule. */
    public static Place itself(Rule rule, String repository) throws IOException {
        return place(rule, rule.location(), rule.insecure(), EnumSet.allOf(Capability.class), repository);
    }

    /** The mirrors, in order. */
    public static List<Place> mirrors(Rule rule, String repository) throws IOException {
        List<Place> all = new ArrayList<>();
        for (Mirror mirror : rule.mirrors()) {
            Set<Capability> capabilities = switch (mirror.which()) {
                case ALL -> EnumSet.of(Capability.PULL, Capability.RESOLVE);
                case BY_DIGEST -> EnumSet.of(Capability.PULL);
                case BY_TAG -> EnumSet.of(Capability.RESOLVE);
            };
            all.add(place(rule, mirror.location(), mirror.insecure(), capabilities, repository));
        }
        return all;
    }

    private static Place place(
            Rule rule, String location, boolean insecure, Set<Capability> capabilities, String repository)
            throws IOException {
        String rewritten = rule.prefix().startsWith("*.")
                ? location.isEmpty() ? repository : location + repository.substring(repository.indexOf('/'))
                : location + repository.substring(rule.prefix().length());
        int slash = rewritten.indexOf('/');
        Optional<HostRule.Place> host = HostRule.place(slash < 0 ? rewritten : rewritten.substring(0, slash));
        if (slash < 0 || host.isEmpty()) {
            throw new IOException(rule.file() + ": the location \"" + location + "\" makes \"" + rewritten + "\" of "
                    + repository + ", which is no name");
        }
        return new Place(
                new HostRule(
                        Optional.empty(),
                        host.get().host(),
                        Optional.empty(),
                        capabilities,
                        insecure ? TlsRules.USUAL.withoutVerifying() : TlsRules.USUAL,
                        insecure,
                        Map.of()),
                rewritten.substring(slash + 1));
    }
}

package dev.estiba.registry.files;

import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What {@code registries.conf} makes of names without a registry (containers-registries.conf(5), "Short-name aliasing"): an alias, else
 * each of the registries that are searched. As long as no file says which are searched, such names are Docker's: a distribution's file of
 * aliases, which comes with Podman, changes nothing.
 *
 * @param search registries, in order
 * @param aliases whole names by short ones, without tags
 * @param file that names the registries
 */
public record ShortNames(List<String> search, Map<String, String> aliases, Optional<Path> file) {
    public ShortNames {
        search = List.copyOf(search);
        aliases = Map.copyOf(aliases);
    }

    /** @param files a later one's list counts alone, and its aliases before others; those that are not there are passed over */
    public static ShortNames read(List<Path> files) throws IOException {
        List<String> search = List.of();
        Map<String, String> aliases = new TreeMap<>();
        Optional<Path> from = Optional.empty();
        for (Path file : files) {
            if (!Files.exists(file)) {
                continue;
            }
            TomlFile toml = TomlFile.read(file);
            List<String> names = toml.names();
            if (names.contains("unqualified-search-registries")) {
                search = registries(toml);
                from = Optional.of(file);
            }
            if (names.contains("aliases")) {
                add(toml.table("aliases"), aliases);
            }
        }
        return new ShortNames(search, aliases, from);
    }

    private static List<String> registries(TomlFile toml) throws IOException {
        List<String> found = new ArrayList<>();
        for (String each : toml.texts("unqualified-search-registries")) {
            if (each.indexOf('/') >= 0 || !isName(each + "/a")) {
                throw toml.refused("unqualified-search-registries: \"" + each + "\" is no HOST or HOST:PORT");
            }
            found.add(each);
        }
        return found;
    }

    private static void add(TomlFile table, Map<String, String> aliases) throws IOException {
        for (String name : table.names()) {
            String whole = table.text(name).orElse("");
            if (whole.isEmpty()) {
                aliases.remove(name); // "an empty string unsets"
            } else if (isName(whole)
                    && Reference.parse(whole).equals(Reference.parse(whole).withoutTag())) {
                aliases.put(name, whole);
            } else {
                throw table.refused("the alias " + name + " = \"" + whole + "\" is no REGISTRY/NAME without a tag");
            }
        }
    }

    private static boolean isName(String text) {
        try {
            Reference.parse(text);
            return Reference.isQualified(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * What a name may stand for, at least one, in the order in which they are tried.
     *
     * @throws IllegalArgumentException with Docker's sentence, when it is no name
     */
    public List<Reference> meant(String text) {
        Reference usual = Reference.parse(text);
        if (search.isEmpty() || Reference.isQualified(text)) {
            return List.of(usual);
        }
        int at = text.indexOf('@');
        String named = at < 0 ? text : text.substring(0, at);
        int colon = named.lastIndexOf(':');
        String name = colon < 0 ? named : named.substring(0, colon); // a port would be a registry's
        String alias = aliases.get(name);
        if (alias != null) {
            return List.of(Reference.parse(alias + text.substring(name.length())));
        }
        return search.stream().map(each -> Reference.parse(each + "/" + text)).toList();
    }
}

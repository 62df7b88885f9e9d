package dev.estiba.network.cni;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A network configuration: SPEC.md, section 1.
 *
 * @param version of the specification that the plug-ins are spoken to in
 * @param disableCheck whether CHECK is never to be called
 * @param plugins in the order in which they are called to add
 * @param document as it was read
 */
public record ConfigurationList(
        String name, String version, boolean disableCheck, List<Plugin> plugins, String document) {
    /** From the lowest to the highest; before 0.3.0 a list had one plug-in and results were others. */
    static final List<String> VERSIONS = List.of("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");

    public static final int MOST_BYTES = 48 << 10;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");
    /** It becomes a part of a path. */
    private static final Pattern TYPE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");

    private static final int MOST_PLUGINS = 32;

    public ConfigurationList {
        plugins = List.copyOf(plugins);
    }

    /**
     * What one plug-in is told.
     *
     * @param type the name of its program
     * @param capabilities what it wants to be told of each container
     * @param json its object, as it stands in the document
     */
    public record Plugin(String type, Set<String> capabilities, String json) {
        public Plugin {
            capabilities = Set.copyOf(capabilities);
        }
    }

    /** Whether the plug-ins know a command that came with that version. */
    boolean since(String wanted) {
        return VERSIONS.indexOf(version) >= VERSIONS.indexOf(wanted);
    }

    /** Whether a plug-in wants to be told that. */
    public boolean has(String capability) {
        return plugins.stream().anyMatch(plugin -> plugin.capabilities().contains(capability));
    }

    /** @throws CniException for what is none, or of a version that is not known */
    public static ConfigurationList read(byte[] document) throws CniException {
        if (document.length > MOST_BYTES) {
            throw new CniException("a network configuration of " + document.length + " bytes is more than any");
        }
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            ConfigurationList list = read(in, new String(document, StandardCharsets.UTF_8));
            in.end();
            return list;
        } catch (DocumentException e) {
            throw new CniException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ConfigurationList read(Cursor in, String document) throws DocumentException, CniException {
        String name = "";
        String version = "";
        List<String> versions = List.of();
        boolean disableCheck = false;
        List<Plugin> plugins = new ArrayList<>();
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "cniVersion" -> version = in.text();
                case "cniVersions" -> versions = in.texts();
                case "name" -> name = in.text();
                case "disableCheck" -> disableCheck = in.bool();
                case "plugins" -> plugins(in, plugins);
                default -> in.skip();
            }
        }
        if (!NAME.matcher(name).matches()) {
            throw new CniException("name: a network of plug-ins cannot be called \"" + name + "\"");
        }
        if (plugins.isEmpty() || plugins.size() > MOST_PLUGINS) {
            throw new CniException("plugins: 1 to " + MOST_PLUGINS + " are wanted, not " + plugins.size());
        }
        return new ConfigurationList(name, chosen(version, versions), disableCheck, plugins, document);
    }

    /** The highest that both know: SPEC.md, "Version considerations". */
    private static String chosen(String version, List<String> others) throws CniException {
        List<String> wanted = new ArrayList<>(others);
        wanted.add(version);
        return VERSIONS.reversed().stream()
                .filter(wanted::contains)
                .findFirst()
                .orElseThrow(() -> new CniException(
                        "cniVersion: \"" + version + "\" is not known here: " + String.join(", ", VERSIONS) + " are"));
    }

    private static void plugins(Cursor in, List<Plugin> to) throws DocumentException, CniException {
        in.array();
        while (in.nextElement()) {
            Cursor.Part part = in.part();
            try (Cursor plugin = Cursor.open(part.bytes(), part.origin())) {
                to.add(plugin(plugin, new String(part.bytes(), StandardCharsets.UTF_8)));
            }
        }
    }

    private static Plugin plugin(Cursor in, String json) throws DocumentException, CniException {
        String type = "";
        Set<String> capabilities = new LinkedHashSet<>();
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "type" -> type = in.text();
                case "capabilities" -> capabilities(in, capabilities);
                // Ours to say, and of two equal names a plug-in may take either, or both.
                case "prevResult", "runtimeConfig" ->
                    throw new CniException("plugins: " + field + " is not the configuration's to say");
                default -> in.skip();
            }
        }
        if (!TYPE.matcher(type).matches()) {
            throw new CniException("plugins: type: there can be no plug-in \"" + type + "\"");
        }
        return new Plugin(type, capabilities, json);
    }

    private static void capabilities(Cursor in, Set<String> to) throws DocumentException {
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            if (in.bool()) {
                to.add(name);
            }
        }
    }
}

package dev.estiba.network.cni;

import dev.estiba.linux.Fd;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/**
 * The runtime's side of the Container Network Interface: SPEC.md, section 3. One thing at a time is done with one container, which the
 * caller sees to.
 */
public final class Cni {
    private final List<Path> directories;
    private final AttachmentCache cache;
    private final Fd host;
    private final String path;
    private final Duration deadline;

    /**
     * @param directories in which plug-ins are looked for, absolute
     * @param cache the directory of what was added and is not deleted; made when it is needed
     * @param host the network namespace that plug-ins are in; borrowed
     * @param path the plug-ins' PATH
     * @param deadline of one plug-in
     */
    public Cni(List<Path> directories, Path cache, Fd host, String path, Duration deadline) {
        this.directories = List.copyOf(directories);
        this.cache = new AttachmentCache(cache);
        this.host = host;
        this.path = path;
        this.deadline = deadline;
    }

    /** @throws CniException when a plug-in of it is not there */
    public void check(ConfigurationList list) throws CniException {
        for (ConfigurationList.Plugin plugin : list.plugins()) {
            String unused = program(plugin);
        }
    }

    private String program(ConfigurationList.Plugin plugin) throws CniException {
        for (Path directory : directories) {
            Path file = directory.resolve(plugin.type());
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new CniException("the plug-in " + plugin.type() + " is not in " + list());
    }

    private String list() {
        return directories.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    /**
     * Adds a container to a network. What plug-ins have done is taken back when one of them fails; what cannot be taken back then is kept in
     * mind for {@link #leftOver}.
     */
    public CniResult add(ConfigurationList list, Attachment attachment) throws IOException {
        check(list);
        // Before anything is done: who is killed after this has left nothing that nobody knows.
        cache.write(new AttachmentCache.Entry(list, attachment, Optional.empty()));
        boolean isAdded = false;
        try {
            Optional<CniResult> result = Optional.empty();
            for (ConfigurationList.Plugin plugin : list.plugins()) {
                byte[] answer = call("ADD", list, plugin, attachment, result.map(CniResult::json));
                result = Optional.of(CniResult.read(answer, list.version()));
            }
            CniResult last = result.orElseThrow();
            cache.write(new AttachmentCache.Entry(list, attachment, Optional.of(last.json())));
            isAdded = true;
            return last;
        } finally {
            if (!isAdded) {
                takeBack(attachment);
            }
        }
    }

    private void takeBack(Attachment attachment) {
        try {
            delete(attachment);
        } catch (IOException e) {
            System.getLogger(Cni.class.getName()).log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    /**
     * Asks the plug-ins whether all is still as they have made it.
     *
     * @throws CniException when it is not
     */
    public void check(Attachment attachment) throws IOException {
        Optional<AttachmentCache.Entry> known = cache.find(attachment);
        if (known.isEmpty()
                || known.get().result().isEmpty()
                || known.get().list().disableCheck()
                || !known.get().list().since("0.4.0")) {
            return;
        }
        AttachmentCache.Entry entry = known.get();
        for (ConfigurationList.Plugin plugin : entry.list().plugins()) {
            byte[] unused =
                    call("CHECK", entry.list(), plugin, entry.attachment().in(attachment.namespace()), entry.result());
        }
    }

    /**
     * Takes a container out of a network, by the configuration that it was added with; one that is not in it is passed over. When it fails,
     * it is still in mind.
     *
     * @param attachment whose namespace may have gone
     */
    public void delete(Attachment attachment) throws IOException {
        Optional<AttachmentCache.Entry> known = cache.find(attachment);
        if (known.isEmpty()) {
            return;
        }
        AttachmentCache.Entry entry = known.get();
        Attachment now = entry.attachment().in(attachment.namespace());
        Optional<String> result = entry.list().since("0.4.0") ? entry.result() : Optional.empty();
        for (ConfigurationList.Plugin plugin : entry.list().plugins().reversed()) {
            byte[] unused = call("DEL", entry.list(), plugin, now, result);
        }
        cache.remove(attachment);
    }

    /** Everything that was added and is not deleted. */
    public List<Attachment> leftOver() throws IOException {
        return cache.all().stream().map(AttachmentCache.Entry::attachment).toList();
    }

    private byte[] call(
            String command,
            ConfigurationList list,
            ConfigurationList.Plugin plugin,
            Attachment attachment,
            Optional<String> previous)
            throws IOException {
        List<String> environment = new ArrayList<>(List.of(
                "PATH=" + path,
                "CNI_COMMAND=" + command,
                "CNI_CONTAINERID=" + attachment.container(),
                "CNI_NETNS=" + attachment.namespace().orElse(""),
                "CNI_IFNAME=" + attachment.device(),
                "CNI_PATH=" + list()));
        if (!attachment.arguments().isEmpty()) {
            environment.add("CNI_ARGS="
                    + new TreeMap<>(attachment.arguments())
                            .entrySet().stream()
                                    .map(each -> each.getKey() + "=" + each.getValue())
                                    .collect(Collectors.joining(";")));
        }
        String input = input(list, plugin, attachment.runtimeConfig(), previous);
        return new PluginCall(program(plugin), command, environment, input, deadline).run(host);
    }

    /** The plug-in's object with what is ours at its end, where it counts: of two equal names programs take the later one. */
    static String input(
            ConfigurationList list,
            ConfigurationList.Plugin plugin,
            Map<String, String> runtimeConfig,
            Optional<String> previous) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeStringProperty("cniVersion", list.version());
            out.writeStringProperty("name", list.name());
            Map<String, String> wanted = new TreeMap<>(runtimeConfig);
            wanted.keySet().retainAll(plugin.capabilities());
            if (!wanted.isEmpty()) {
                out.writeObjectPropertyStart("runtimeConfig");
                wanted.forEach((name, json) -> {
                    out.writeName(name);
                    out.writeRawValue(json);
                });
                out.writeEndObject();
            }
            previous.ifPresent(json -> {
                out.writeName("prevResult");
                out.writeRawValue(json.strip());
            });
            out.writeEndObject();
        }
        String own = plugin.json().strip();
        String ours = bytes.toString(StandardCharsets.UTF_8).strip();
        return own.substring(0, own.length() - 1) + "," + ours.substring(1);
    }
}

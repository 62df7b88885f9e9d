package dev.estiba.network.cni;

import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * What plug-ins have been told and have answered, as long as it is not taken back: a file each, so that it can be taken back by another
 * process, also when the configuration has been changed or removed.
 */
final class AttachmentCache {
    private static final Logger LOG = System.getLogger(AttachmentCache.class.getName());
    private static final String SUFFIX = ".attachment";
    private static final int MOST = 1 << 16;
    private static final int CAP = 2 << 20;

    private final Path directory;

    AttachmentCache(Path directory) {
        this.directory = directory;
    }

    /**
     * One of them.
     *
     * @param result empty while it is being added, or when that has failed
     */
    record Entry(ConfigurationList list, Attachment attachment, Optional<String> result) {}

    private static String name(Attachment attachment) {
        return attachment.container() + "@" + attachment.device() + SUFFIX;
    }

    private Fd open() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return Open.absolute(directory.toString(), Open.How.directory());
    }

    /** When it returns, it outlives a power cut, as what plug-ins write about addresses does. */
    void write(Entry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeStringProperty("configuration", entry.list().document());
            out.writeStringProperty("container", entry.attachment().container());
            out.writeStringProperty("device", entry.attachment().device());
            Output.text(out, "namespace", entry.attachment().namespace());
            Output.textMap(out, "arguments", entry.attachment().arguments());
            Output.textMap(out, "runtimeConfig", entry.attachment().runtimeConfig());
            Output.text(out, "result", entry.result());
            out.writeEndObject();
        }
        try (Fd open = open()) {
            AtomicFile.writeDurably(open, name(entry.attachment()), bytes.toByteArray());
        }
    }

    void remove(Attachment attachment) throws IOException {
        try (Fd open = open()) {
            boolean unused = Names.remove(open, name(attachment));
        }
    }

    Optional<Entry> find(Attachment attachment) throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try (Fd open = open()) {
            return read(open, name(attachment));
        }
    }

    /** All that can be read; one that cannot is told. */
    List<Entry> all() throws IOException {
        List<Entry> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (Fd open = open()) {
            for (Directory.Entry each : Directory.list(open, MOST)) {
                if (each.name().endsWith(SUFFIX)) {
                    try {
                        read(open, each.name()).ifPresent(all::add);
                    } catch (CniException e) {
                        LOG.log(Level.WARNING, directory + "/" + each.name() + ": " + e.getMessage());
                    }
                }
            }
        }
        return all;
    }

    private static Optional<Entry> read(Fd directory, String name) throws IOException {
        byte[] bytes;
        try (Fd file = Open.at(directory, name, Open.How.reading().with(Open.noFollowFlag()))) {
            bytes = FileBytes.readAll(file, CAP);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
        try (Cursor in = Cursor.open(bytes, Origin.DOCUMENT)) {
            return Optional.of(entry(in));
        } catch (DocumentException | IllegalArgumentException e) {
            throw new CniException("a record that is damaged: " + e.getMessage(), e);
        }
    }

    private static Entry entry(Cursor in) throws DocumentException, CniException {
        String configuration = "";
        String container = "";
        String device = "";
        Optional<String> namespace = Optional.empty();
        Map<String, String> arguments = Map.of();
        Map<String, String> runtimeConfig = Map.of();
        Optional<String> result = Optional.empty();
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "configuration" -> configuration = in.string();
                case "container" -> container = in.text();
                case "device" -> device = in.text();
                case "namespace" -> namespace = Optional.of(in.text());
                case "arguments" -> arguments = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                case "runtimeConfig" -> runtimeConfig = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                case "result" -> result = Optional.of(in.string());
                default -> in.skip();
            }
        }
        return new Entry(
                ConfigurationList.read(configuration.getBytes(StandardCharsets.UTF_8)),
                new Attachment(container, device, namespace, arguments, runtimeConfig),
                result);
    }
}

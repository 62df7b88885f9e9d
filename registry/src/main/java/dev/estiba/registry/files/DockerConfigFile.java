package dev.estiba.registry.files;

import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import dev.estiba.registry.auth.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Changes the logins in {@code ~/.docker/config.json}: everything else in it stays as it is, it is whole at every moment, and
 * readable by its owner alone. Several that change it at once do so one after the other.
 */
public final class DockerConfigFile {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final String AUTHS = "auths";

    private final Path file;

    /** @param file an absolute path; a link is followed */
    public DockerConfigFile(Path file) {
        this.file = file;
    }

    /**
     * Enters a login.
     *
     * @param server as {@link DockerConfig#server} calls it
     * @param credentials nobody's when a helper program keeps them, and the file only says that there are some
     */
    public void enter(String server, Credentials credentials) throws IOException {
        change(server, Optional.of(credentials));
    }

    /** Removes one; what was not there is no failure. */
    public void remove(String server) throws IOException {
        if (Files.exists(file)) {
            change(server, Optional.empty());
        }
    }

    private void change(String server, Optional<Credentials> credentials) throws IOException {
        Path real = Files.exists(file) ? file.toRealPath() : made();
        Path parent =
                Optional.ofNullable(real.getParent()).orElseThrow(() -> new IOException(real + " is in no directory"));
        String name = real.getFileName().toString();
        try (Fd directory = Open.absolute(parent.toString(), Open.How.directory())) {
            Flock.lock(directory, Flock.Kind.EXCLUSIVE);
            byte[] before = Files.exists(real) ? Files.readAllBytes(real) : new byte[0];
            AtomicFile.writeDurably(directory, name, changed(before, server, credentials));
        }
    }

    private Path made() throws IOException {
        Path parent =
                Optional.ofNullable(file.getParent()).orElseThrow(() -> new IOException(file + " is in no directory"));
        if (!Files.exists(parent)) {
            Files.createDirectories(
                    parent, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return parent.toRealPath().resolve(file.getFileName());
    }

    private byte[] changed(byte[] before, String server, Optional<Credentials> credentials) throws IOException {
        boolean empty = new String(before, StandardCharsets.ISO_8859_1).isBlank();
        byte[] document = empty ? "{}".getBytes(StandardCharsets.UTF_8) : before;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), document);
                JsonGenerator out = Output.open(bytes, Layout.TABS)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(file + " is no JSON object, and is left as it is");
            }
            copy(in, out, server, credentials);
            if (in.nextToken() != null) {
                throw new IOException(file + " goes on after its end, and is left as it is");
            }
        } catch (JacksonException e) {
            throw new IOException(file + " is no valid JSON, and is left as it is: " + e.getOriginalMessage(), e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void copy(JsonParser in, JsonGenerator out, String server, Optional<Credentials> credentials) {
        boolean entered = false;
        out.writeStartObject();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals(AUTHS) && value == JsonToken.START_OBJECT) {
                auths(in, out, server, credentials);
                entered = true;
            } else if (!name.equals(AUTHS)) {
                out.writeName(name);
                out.copyCurrentStructureExact(in);
            }
        }
        if (!entered && credentials.isPresent()) {
            out.writeObjectPropertyStart(AUTHS);
            auth(out, server, credentials.get());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void auths(JsonParser in, JsonGenerator out, String server, Optional<Credentials> credentials) {
        out.writeObjectPropertyStart(AUTHS);
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            if (name.equals(server)) {
                in.skipChildren();
            } else {
                out.writeName(name);
                out.copyCurrentStructureExact(in);
            }
        }
        credentials.ifPresent(each -> auth(out, server, each));
        out.writeEndObject();
    }

    private static void auth(JsonGenerator out, String server, Credentials credentials) {
        out.writeObjectPropertyStart(server);
        switch (credentials) {
            case Credentials.Anonymous anonymous -> {} // a helper program has them
            case Credentials.Password(String user, String secret) -> {
                byte[] both = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
                out.writeStringProperty("auth", Base64.getEncoder().encodeToString(both));
            }
            case Credentials.IdentityToken(String token) -> out.writeStringProperty("identitytoken", token);
            case Credentials.RegistryToken(String token) -> out.writeStringProperty("registrytoken", token);
        }
        out.writeEndObject();
    }
}

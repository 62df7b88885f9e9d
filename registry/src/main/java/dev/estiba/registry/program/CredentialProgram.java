package dev.estiba.registry.program;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Excerpt;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import dev.estiba.registry.auth.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/**
 * {@code docker-credential-NAME} (docker-credential-helpers, "Development"): an action as its argument, the question on its stdin,
 * the answer on its stdout. Nothing that it says is told on when it has succeeded, as it may be a secret.
 */
public final class CredentialProgram {
    private static final String PREFIX = "docker-credential-";
    /** The user's name that stands for an identity token. */
    private static final String TOKEN = "<token>";

    private static final List<String> NOT_FOUND =
            List.of("credentials not found in native keychain", "no credentials server URL");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final List<String> FIELDS = List.of("ServerURL", "Username", "Secret");

    private final String name;
    private final HelperProgram program;

    private CredentialProgram(String name, HelperProgram program) {
        this.name = name;
        this.program = program;
    }

    /**
     * @param name as a configuration has it, {@code pass} or {@code ecr-login}
     * @param path directories, separated by colons; those that are not absolute are passed over
     * @param environment {@code NAME=VALUE} each
     */
    public static CredentialProgram find(String name, String path, List<String> environment) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException("the credential helper " + Excerpt.quoted(name)
                    + " has a name that no program has; see credsStore and credHelpers in Docker's config.json");
        }
        Optional<HelperProgram> program = HelperProgram.find(PREFIX + name, path, environment);
        return new CredentialProgram(
                name,
                program.orElseThrow(() -> new IOException("the credential helper " + PREFIX + name
                        + " is in no directory of the PATH; install it, or remove it from Docker's config.json")));
    }

    /** Empty when it has none. */
    public Optional<Credentials> get(String server) throws IOException {
        HelperProgram.Said said = program.run("get", server.getBytes(StandardCharsets.UTF_8));
        if (!said.succeeded()) {
            String text = said.text().strip();
            if (NOT_FOUND.stream().anyMatch(text::contains)) {
                return Optional.empty();
            }
            throw failed("get", said);
        }
        try (Cursor in = Cursor.open(said.output(), Origin.DOCUMENT)) {
            return Optional.of(credentials(in)).filter(each -> !each.equals(Credentials.ANONYMOUS));
        } catch (DocumentException e) {
            throw unreadable("get");
        }
    }

    private static Credentials credentials(Cursor in) throws DocumentException {
        String user = "";
        String secret = "";
        in.object();
        for (String field = in.nextField(); field != null; field = in.nextField()) {
            switch (field) {
                case "Username" -> user = in.string();
                case "Secret" -> secret = in.string();
                default -> in.unknown(FIELDS);
            }
        }
        if (user.equals(TOKEN)) {
            return new Credentials.IdentityToken(secret);
        }
        return user.isEmpty() && secret.isEmpty() ? Credentials.ANONYMOUS : new Credentials.Password(user, secret);
    }

    public void store(String server, Credentials credentials) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeStringProperty("ServerURL", server);
            switch (credentials) {
                case Credentials.Password(String user, String secret) -> {
                    out.writeStringProperty("Username", user);
                    out.writeStringProperty("Secret", secret);
                }
                case Credentials.IdentityToken(String token) -> {
                    out.writeStringProperty("Username", TOKEN);
                    out.writeStringProperty("Secret", token);
                }
                case Credentials.RegistryToken token ->
                    throw new IllegalArgumentException("a registry token is not kept by a program");
                case Credentials.Anonymous anonymous -> throw new IllegalArgumentException("there is nothing to keep");
            }
            out.writeEndObject();
        }
        HelperProgram.Said said = program.run("store", bytes.toByteArray());
        if (!said.succeeded()) {
            throw failed("store", said);
        }
    }

    /** What it does not have is no failure. */
    public void erase(String server) throws IOException {
        HelperProgram.Said said = program.run("erase", server.getBytes(StandardCharsets.UTF_8));
        if (!said.succeeded() && NOT_FOUND.stream().noneMatch(said.text()::contains)) {
            throw failed("erase", said);
        }
    }

    /** Users' names by servers. */
    public Map<String, String> list() throws IOException {
        HelperProgram.Said said = program.run("list", new byte[0]);
        if (!said.succeeded()) {
            throw failed("list", said);
        }
        try (Cursor in = Cursor.open(said.output(), Origin.DOCUMENT)) {
            return in.textMap(Cursor.Strings.FOR_PROGRAMS);
        } catch (DocumentException e) {
            throw unreadable("list");
        }
    }

    private IOException failed(String action, HelperProgram.Said said) {
        String text = said.text().strip();
        return new IOException("the credential helper " + PREFIX + name + " has failed to " + action + " ("
                + said.status().shell() + ")" + (text.isEmpty() ? "" : ": " + Excerpt.sentence(text)));
    }

    private IOException unreadable(String action) {
        return new IOException(
                "the credential helper " + PREFIX + name + " has answered " + action + " with what is no valid JSON");
    }
}

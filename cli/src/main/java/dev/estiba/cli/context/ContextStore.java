package dev.estiba.cli.context;

import dev.estiba.cli.template.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Docker's contexts in its own directory ({@code ~/.docker/contexts}): {@code meta/SHA256/meta.json}, {@code tls/SHA256/docker/*.pem},
 * and the chosen one in {@code config.json}. Both programs see what the other one has written.
 */
public final class ContextStore {
    private static final String META = "meta", META_FILE = "meta.json", TLS = "tls", DOCKER = "docker";
    private static final String CURRENT = "currentContext";
    private static final long LARGEST = 4 << 20;

    private final Path config;

    /** @param config Docker's directory; it need not be there */
    public ContextStore(Path config) {
        this.config = config;
    }

    private Path contexts() {
        return config.resolve("contexts");
    }

    /** Go's digest.FromString(name).Encoded(). */
    private static String directory(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Docker's rule for names. */
    public static boolean isName(String name) {
        return name.matches("[a-zA-Z0-9][a-zA-Z0-9_.+-]+");
    }

    public Optional<StoredContext> find(String name) throws IOException {
        return read(contexts().resolve(META).resolve(directory(name)));
    }

    /** By their names. */
    public List<StoredContext> all() throws IOException {
        List<StoredContext> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(contexts().resolve(META))) {
            for (Path entry : entries) {
                read(entry).ifPresent(all::add);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        all.sort(Comparator.comparing(StoredContext::name));
        return all;
    }

    private Optional<StoredContext> read(Path directory) throws IOException {
        Object tree = document(directory.resolve(META_FILE));
        Object name = Tree.at(tree, "Name");
        if (!(name instanceof String text)) {
            return Optional.empty();
        }
        Object description = Tree.at(tree, "Metadata", "Description");
        Object host = Tree.at(tree, "Endpoints", DOCKER, "Host");
        Object skips = Tree.at(tree, "Endpoints", DOCKER, "SkipTLSVerify");
        return Optional.of(new StoredContext(
                text,
                description instanceof String words ? words : "",
                host instanceof String address ? address : "",
                skips.equals(true),
                TlsFiles.in(tlsOf(text))));
    }

    private Path tlsOf(String name) {
        return contexts().resolve(TLS).resolve(directory(name)).resolve(DOCKER);
    }

    /** NULL when it is not there. */
    private static Object document(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " is larger than any file of Docker's");
            }
            byte[] bytes = Files.readAllBytes(file);
            return bytes.length == 0 ? Tree.NULL : Tree.read(bytes);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Tree.NULL;
        } catch (JacksonException e) {
            throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Puts a context in, in the place of one of its name. */
    public void put(StoredContext context) throws IOException {
        Path meta = contexts().resolve(META).resolve(directory(context.name()));
        Files.createDirectories(meta);
        Path tls = tlsOf(context.name());
        for (String name : List.of(TlsFiles.CA, TlsFiles.CERT, TlsFiles.KEY)) {
            Files.deleteIfExists(tls.resolve(name));
        }
        if (!context.tls().isEmpty()) {
            Files.createDirectories(
                    tls, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            for (Map.Entry<String, String> file : context.tls().byName().entrySet()) {
                replace(tls.resolve(file.getKey()), file.getValue());
            }
        }
        replace(meta.resolve(META_FILE), Tree.write(document(context)));
    }

    /** What is in {@code meta.json}. */
    static Map<String, Object> document(StoredContext context) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (!context.description().isEmpty()) {
            metadata.put("Description", context.description());
        }
        Map<String, Object> endpoint = new LinkedHashMap<>();
        endpoint.put("Host", context.host());
        endpoint.put("SkipTLSVerify", context.skipsVerification());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Name", context.name());
        document.put("Metadata", metadata);
        document.put("Endpoints", Map.of(DOCKER, endpoint));
        return document;
    }

    /** What inspect tells of it. */
    public Map<String, Object> described(StoredContext context) {
        Map<String, Object> document = document(context);
        Map<String, Object> files = new LinkedHashMap<>();
        if (!context.tls().isEmpty()) {
            files.put(DOCKER, List.copyOf(context.tls().byName().keySet()));
        }
        document.put("TLSMaterial", files);
        boolean isKept = !context.name().equals(StoredContext.DEFAULT);
        Map<String, Object> storage = new LinkedHashMap<>();
        storage.put(
                "MetadataPath",
                isKept
                        ? contexts()
                                .resolve(META)
                                .resolve(directory(context.name()))
                                .toString()
                        : "<IN MEMORY>");
        storage.put(
                "TLSPath",
                isKept
                        ? contexts()
                                .resolve(TLS)
                                .resolve(directory(context.name()))
                                .toString()
                        : "<IN MEMORY>");
        document.put("Storage", storage);
        return document;
    }

    /** What is not there is not there afterwards either. */
    public void remove(String name) throws IOException {
        Path tls = tlsOf(name);
        for (String file : List.of(TlsFiles.CA, TlsFiles.CERT, TlsFiles.KEY)) {
            Files.deleteIfExists(tls.resolve(file));
        }
        Files.deleteIfExists(tls);
        Files.deleteIfExists(contexts().resolve(TLS).resolve(directory(name)));
        Path meta = contexts().resolve(META).resolve(directory(name));
        Files.deleteIfExists(meta.resolve(META_FILE));
        Files.deleteIfExists(meta);
    }

    /** The chosen one's name; empty: none was. */
    public String current() throws IOException {
        return Tree.at(document(config.resolve("config.json")), CURRENT) instanceof String name ? name : "";
    }

    /** Chooses one; the default when it is called so. All else in {@code config.json} stays. */
    public void use(String name) throws IOException {
        Path file = config.resolve("config.json");
        Map<String, Object> document = new LinkedHashMap<>();
        if (document(file) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> document.put(String.valueOf(key), value));
        }
        if (name.equals(StoredContext.DEFAULT)) {
            document.remove(CURRENT);
        } else {
            document.put(CURRENT, name);
        }
        Files.createDirectories(config);
        replace(file, IndentedJson.of(document));
    }

    /** In one step, readable for its owner alone. */
    private static void replace(Path file, String text) throws IOException {
        Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
        Path made = Files.createTempFile(target.getParent(), "." + target.getFileName(), "");
        try {
            Files.writeString(made, text);
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /** @throws FileAlreadyExistsException as a sentence, when there is one of that name */
    public void add(StoredContext context) throws IOException {
        if (find(context.name()).isPresent()) {
            throw new FileAlreadyExistsException("context \"" + context.name() + "\" already exists");
        }
        put(context);
    }
}

package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Directory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Host;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Abi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The two images that exist before there are registries: {@code hello}, which this program carries, and {@code
 * rootfs:DIRECTORY}, a directory of the host as it is. Safe for all threads and processes.
 */
public final class Images {
    private static final String HELLO = "hello";
    private static final String ROOTFS = "rootfs:";
    private static final String PROGRAM = "dev/estiba/engine/image/";

    private final Path directory;

    /** @param directory where the tree of {@code hello} goes; made when it is needed */
    public Images(Path directory) {
        this.directory = directory;
    }

    /** @throws ApiException 404 for every other name */
    public Image find(String reference) throws IOException {
        if (reference.startsWith(ROOTFS)) {
            return rootfs(reference);
        }
        String name = reference.endsWith(":latest") ? reference.substring(0, reference.length() - 7) : reference;
        if (name.equals(HELLO)) {
            return hello();
        }
        throw ApiException.notFound("No such image: " + (reference.contains(":") ? reference : reference + ":latest")
                + " (images of registries are not built yet: use hello, or rootfs:DIRECTORY)");
    }

    private static Image rootfs(String reference) throws ApiException {
        String path = reference.substring(ROOTFS.length());
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw ApiException.badRequest(
                    "invalid reference format: " + reference + ": the directory's path must be absolute");
        }
        String clean = Path.of(path).normalize().toString();
        if (!Files.isDirectory(Path.of(clean))) {
            throw ApiException.notFound("No such image: " + reference + ": there is no such directory");
        }
        String id = "sha256:" + digest((ROOTFS + clean).getBytes(StandardCharsets.UTF_8));
        ImageConfig config = new ImageConfig(List.of(), List.of(), List.of("/bin/sh"), "", "", "");
        return new Image(id, reference, List.of(clean), config);
    }

    private Image hello() throws IOException {
        byte[] program = program();
        String digest = digest(program);
        Path tree = directory.resolve(digest);
        if (!Files.isDirectory(tree)) {
            lay(digest, program);
        }
        ImageConfig config = new ImageConfig(List.of(), List.of("/hello"), List.of(), "", "", "");
        return new Image("sha256:" + digest, HELLO, List.of(tree.toString()), config);
    }

    private static byte[] program() throws IOException {
        String name = PROGRAM + "linux-" + (Host.abi() == Abi.ARM64 ? "aarch64" : "x86_64") + "/hello";
        try (InputStream in = Images.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw ApiException.notFound(
                        "No such image: hello: this build carries none for this machine (" + name + ")");
            }
            return in.readAllBytes();
        }
    }

    /** Under another name first: who finds the directory finds all of it. */
    private void lay(String digest, byte[] program) throws IOException {
        Files.createDirectories(directory);
        try (Fd parent = Open.absolute(directory.toString(), Open.How.directory())) {
            String fresh = "." + digest + "." + ProcessHandle.current().pid() + "."
                    + Thread.currentThread().threadId();
            RemoveTree.remove(parent, fresh);
            Directory.make(parent, fresh, 0755);
            try (Fd tree = Open.at(parent, fresh, Open.How.directory())) {
                AtomicFile.write(tree, HELLO, program);
                Files.setPosixFilePermissions(
                        Path.of(tree.procPath(), HELLO),
                        java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            if (Files.isDirectory(directory.resolve(digest))) {
                RemoveTree.remove(parent, fresh); // somebody else was faster
            } else {
                rename(parent, fresh, digest);
            }
        }
    }

    private static void rename(Fd parent, String fresh, String digest) throws IOException {
        try {
            Names.rename(parent, fresh, parent, digest);
        } catch (IOException e) {
            RemoveTree.remove(parent, fresh);
            if (!Files.isDirectory(Path.of(parent.procPath(), digest))) {
                throw e;
            }
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

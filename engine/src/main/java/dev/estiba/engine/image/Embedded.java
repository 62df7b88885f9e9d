package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Host;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A static program that this build carries for containers.
 *
 * @param digest of its bytes, 64 hex digits
 */
record Embedded(String name, byte[] bytes, String digest) {
    private static final String PLACE = "dev/estiba/engine/image/";

    /** @throws ApiException 404 when this build has none for this machine */
    static Embedded program(String name) throws IOException {
        String resource = PLACE + "linux-" + (Host.abi() == Abi.ARM64 ? "aarch64" : "x86_64") + "/" + name;
        try (InputStream in = Embedded.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw ApiException.notFound("this build carries no " + name + " for this machine (" + resource + ")");
            }
            byte[] bytes = in.readAllBytes();
            return new Embedded(name, bytes, digest(bytes));
        }
    }

    /** The directory beneath that one that holds nothing but the program; made when it is missing. */
    Path laidIn(Path directory) throws IOException {
        Path tree = directory.resolve(digest);
        if (!Files.isDirectory(tree)) {
            Files.createDirectories(directory);
            try (Fd parent = Open.absolute(directory.toString(), Open.How.directory())) {
                lay(parent);
            }
        }
        return tree;
    }

    /** Under another name first: who finds the directory finds all of it. */
    private void lay(Fd parent) throws IOException {
        String fresh = "." + digest + "." + ProcessHandle.current().pid() + "."
                + Thread.currentThread().threadId();
        RemoveTree.remove(parent, fresh);
        Directory.make(parent, fresh, 0755);
        try (Fd tree = Open.at(parent, fresh, Open.How.directory());
                Fd file = Open.at(tree, name, Open.How.creating(0755))) {
            FileBytes.writeAll(file, bytes);
            Names.sync(file);
        }
        try {
            Names.rename(parent, fresh, parent, digest);
        } catch (ErrnoException e) {
            RemoveTree.remove(parent, fresh);
            if (!e.is(Errno.ENOTEMPTY) && !e.is(Errno.EEXIST)) {
                throw e;
            } // somebody else was faster
        }
    }

    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedded embedded && embedded.digest.equals(digest) && embedded.name.equals(name);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return name + " " + digest;
    }
}

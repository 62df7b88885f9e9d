package dev.estiba.content.store;

import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Directory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Where in the store's directory what is. All paths in it are made of digests and of this program's words.
 *
 * <p>{@code blobs/ALGORITHM/HEX}: verified, never written again. {@code ingest/}: blobs on their way in. {@code layers/HEX/tree}: unpacked
 * layers. {@code unpacking/HEX/tree}: the same on their way in. {@code images/HEX}: a record for each image, by the digest of its
 * manifest or index. {@code names}: which image a name stands for. {@code leases/}: what who is at work needs. {@code pins/}: what
 * containers are made of. {@code trash/}: what is being removed.
 * {@code repositories/}: what was pushed to a registry that this is.
 */
record StoreDirectory(Path root) {
    private static final String VERSION = "1";
    private static final int MOST = 1 << 22;

    Path blobs(Digest.Algorithm algorithm) {
        return root.resolve("blobs").resolve(algorithm.word());
    }

    Path blob(Digest digest) {
        return blobs(digest.algorithm()).resolve(digest.encoded());
    }

    Path ingests() {
        return root.resolve("ingest");
    }

    Path ingest(Digest digest) {
        return ingests().resolve(digest.algorithm().word() + "-" + digest.encoded());
    }

    Path layers() {
        return root.resolve("layers");
    }

    /** Sha512's have a name of their own length: none is another's. */
    Path layer(Digest diffId) {
        return layers().resolve(diffId.encoded());
    }

    Path unpackings() {
        return root.resolve("unpacking");
    }

    Path unpacking(Digest diffId) {
        return unpackings().resolve(diffId.encoded());
    }

    Path images() {
        return root.resolve("images");
    }

    Path leases() {
        return root.resolve("leases");
    }

    Path pins() {
        return root.resolve("pins");
    }

    Path trash() {
        return root.resolve("trash");
    }

    Path spool() {
        return root.resolve("spool");
    }

    /** Made by who first serves the store as a registry. */
    Path repositories() {
        return root.resolve("repositories");
    }

    /** Held shared while somebody says what he needs, exclusively while somebody looks for what nobody needs. */
    Path lock() {
        return root.resolve("lock");
    }

    /** Held while images' records and names change. */
    Path recordsLock() {
        return root.resolve("records.lock");
    }

    Path names() {
        return root.resolve("names");
    }

    /** The same once more, for when the disk has lost the first. */
    Path namesCopy() {
        return root.resolve("names.copy");
    }

    private Path version() {
        return root.resolve("version");
    }

    /** Makes what is missing; the file that says the version comes last, when all else is on the disk. */
    void make() throws IOException {
        if (isMade()) {
            return;
        }
        makeDirectories();
        for (Path each : List.of(lock(), recordsLock())) {
            makeFile(each);
        }
        // Several may be the first ones.
        try (HeldLock held = HeldLock.take(lock(), Flock.Kind.EXCLUSIVE);
                Fd directory = Open.absolute(root.toString(), Open.How.directory())) {
            if (!isMade()) {
                syncDirectory(root.resolve("blobs"));
                AtomicFile.writeDurably(directory, "version", (VERSION + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private boolean isMade() throws IOException {
        if (Files.exists(version())) {
            String found = Files.readString(version()).strip();
            if (!found.equals(VERSION)) {
                throw new IOException("the image store " + root + " is of version " + found
                        + ", which another build of this program has made; this one knows version " + VERSION);
            }
            return true;
        }
        return false;
    }

    private void makeDirectories() throws IOException {
        for (Path each : List.of(
                blobs(Digest.Algorithm.SHA256),
                blobs(Digest.Algorithm.SHA512),
                ingests(),
                layers(),
                unpackings(),
                images(),
                leases(),
                pins(),
                trash(),
                spool())) {
            Files.createDirectories(
                    each, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void makeFile(Path file) throws IOException {
        Open.How how = new Open.How(Open.WRITE | Open.CREATE, 0600, 0);
        Open.absolute(file.toString(), how).close();
    }

    /** What is in a directory. By this and not by the JDK's streams, which end with an unchecked exception when a disk fails. */
    static List<String> names(Path directory) throws IOException {
        try (Fd open = Open.absolute(directory.toString(), Open.How.directory())) {
            return Directory.list(open, MOST).stream()
                    .map(Directory.Entry::name)
                    .toList();
        }
    }

    /** On the disk: the names in it, not what they stand for. */
    static void syncDirectory(Path directory) throws IOException {
        try (Fd open = Open.absolute(directory.toString(), Open.How.directory())) {
            Names.sync(open);
        }
    }
}

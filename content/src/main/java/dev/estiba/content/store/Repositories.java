package dev.estiba.content.store;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What was pushed to the registries that this machine is: beneath {@code repositories/REGISTRY/PATH}, a directory for each kind of
 * link, whose name begins with {@code _} as no part of a path does. Safe for all threads and processes.
 */
public final class Repositories {
    /** For so long a blob that was pushed waits for the manifest that names it. */
    static final Duration WAITING = Duration.ofDays(1);

    /** For so long an upload that was broken off may be gone on with. */
    public static final Duration UPLOADING = Duration.ofDays(7);

    private final StoreDirectory directory;

    Repositories(StoreDirectory directory) {
        this.directory = directory;
    }

    /** It need not be there. The name has been checked by its being a reference's. */
    public Repository of(Reference name) {
        return new Repository(directory, root(name.domain()).resolve(name.path()));
    }

    /** The paths of all repositories of a registry. */
    public SortedSet<String> paths(String registry) throws IOException {
        Path root = root(registry);
        SortedSet<String> found = new TreeSet<>();
        walk(root, (repository, kind) -> {
            if (!kind.equals(Repository.UPLOADS)) {
                found.add(root.relativize(repository).toString());
            }
        });
        return found;
    }

    /** @param registry a domain that {@link Reference} accepts: it has no slash, and is not {@code ..} */
    private Path root(String registry) {
        return directory.repositories().resolve(registry);
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(Path repository, String kind) throws IOException;
    }

    private static void walk(Path root, Visitor visitor) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(path.getFileName());
                if (!name.startsWith("_")) {
                    return FileVisitResult.CONTINUE;
                }
                visitor.visit(path.resolveSibling(""), name);
                return FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException why) throws IOException {
                if (why instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE; // it has gone meanwhile
                }
                throw why;
            }
        });
    }

    /** What no collection may take; links and uploads that nobody has gone on with are removed. Under the exclusive lock. */
    Set<Digest> needed(Instant now) throws IOException {
        Set<Digest> all = new HashSet<>();
        walk(directory.repositories(), (path, kind) -> {
            Repository repository = new Repository(directory, path);
            switch (kind) {
                case Repository.MANIFESTS -> all.addAll(repository.manifestsAndParts());
                case Repository.UPLOADS -> repository.removeUploads(now.minus(UPLOADING));
                default -> {
                    // tags and referrers name manifests, and blobs come below
                }
            }
        });
        walk(directory.repositories(), (path, kind) -> {
            if (kind.equals(Repository.BLOBS)) {
                all.addAll(new Repository(directory, path).blobs(now.minus(WAITING), all));
            }
        });
        return all;
    }

    /** Removes uploads that nobody has gone on with since then, and that nobody is at. */
    public void removeUploads(Instant oldest) throws IOException {
        walk(directory.repositories(), (path, kind) -> {
            if (kind.equals(Repository.UPLOADS)) {
                new Repository(directory, path).removeUploads(oldest);
            }
        });
    }

    /** Which digest a file's name stands for. */
    static Optional<Digest> digest(Path file) {
        return Digest.parse(String.valueOf(file.getFileName()).replace('-', ':'));
    }

    static String name(Digest digest) {
        return digest.algorithm().word() + "-" + digest.encoded();
    }
}

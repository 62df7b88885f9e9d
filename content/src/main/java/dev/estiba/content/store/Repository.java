package dev.estiba.content.store;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Names;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.json.DocumentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What of the store a repository of a registry shows: manifests and blobs that were pushed to it. A link is a small file, durable when
 * its method returns. Safe for all threads and processes.
 */
public final class Repository {
    static final String MANIFESTS = "_manifests";
    static final String BLOBS = "_blobs";
    static final String UPLOADS = "_uploads";
    private static final String TAGS = "_tags";
    private static final String REFERRERS = "_referrers";

    private final StoreDirectory store;
    private final Path path;

    Repository(StoreDirectory store, Path path) {
        this.store = store;
        this.path = path;
    }

    /** Whether anything was ever pushed to it. */
    public boolean exists() {
        return Files.isDirectory(path.resolve(MANIFESTS)) || Files.isDirectory(path.resolve(BLOBS));
    }

    public Optional<LinkedManifest> manifest(Digest digest) throws IOException {
        Path file = file(MANIFESTS, digest);
        Optional<byte[]> record = RecordFile.read(file);
        try {
            return record.isEmpty() ? Optional.empty() : Optional.of(LinkedManifest.read(record.get()));
        } catch (DocumentException e) {
            throw new DamagedRecord(file, e);
        }
    }

    /** All of them, in the order of their digests. */
    public List<LinkedManifest> manifests() throws IOException {
        List<LinkedManifest> all = new ArrayList<>();
        for (Digest each : digests(path.resolve(MANIFESTS))) {
            manifest(each).ifPresent(all::add);
        }
        return all;
    }

    /** Under a lease of it and of its parts, which are in the store. */
    public void link(LinkedManifest manifest) throws IOException {
        Digest digest = manifest.descriptor().digest();
        write(file(MANIFESTS, digest), manifest.json());
        if (manifest.subject().isPresent()) {
            write(referrer(manifest.subject().get(), digest), new byte[0]);
        }
    }

    /** False when it is not in here. Tags that stand for it go too. */
    public boolean unlink(Digest digest) throws IOException {
        Optional<LinkedManifest> there = manifest(digest);
        if (there.isEmpty()) {
            return false;
        }
        for (String tag : List.copyOf(tags().keySet())) {
            if (digest.equals(tags().get(tag))) {
                untag(tag);
            }
        }
        if (there.get().subject().isPresent()) {
            remove(referrer(there.get().subject().get(), digest));
        }
        return remove(file(MANIFESTS, digest));
    }

    /** The manifests in here that say something of that one, in the order of their digests. */
    public List<Digest> referrers(Digest subject) throws IOException {
        return digests(path.resolve(REFERRERS).resolve(Repositories.name(subject)));
    }

    /** Whether it was pushed here; it then waits for its manifest anew. */
    public boolean hasBlob(Digest digest) throws IOException {
        try {
            Files.setLastModifiedTime(file(BLOBS, digest), FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        }
    }

    /** Under a lease of it. */
    public void linkBlob(Digest digest) throws IOException {
        if (!hasBlob(digest)) {
            write(file(BLOBS, digest), new byte[0]);
        }
    }

    public boolean unlinkBlob(Digest digest) throws IOException {
        return remove(file(BLOBS, digest));
    }

    /** Of what the engine cannot have as an image; names of the others are those of {@link Images#names}. */
    public SortedMap<String, Digest> tags() throws IOException {
        SortedMap<String, Digest> found = new TreeMap<>();
        for (Path file : list(path.resolve(TAGS))) {
            RecordFile.read(file)
                    .flatMap(bytes -> Digest.parse(new String(bytes, StandardCharsets.US_ASCII)))
                    .ifPresent(digest -> found.put(String.valueOf(file.getFileName()), digest));
        }
        return Collections.unmodifiableSortedMap(found);
    }

    /** @param tag one that {@link dev.estiba.oci.image.Reference} accepts */
    public void tag(String tag, Digest digest) throws IOException {
        write(path.resolve(TAGS).resolve(tag), digest.toString().getBytes(StandardCharsets.US_ASCII));
    }

    public boolean untag(String tag) throws IOException {
        return remove(path.resolve(TAGS).resolve(tag));
    }

    /** Begins an upload; the caller's to close. */
    public BlobUpload beginUpload() throws IOException {
        Path uploads = path.resolve(UPLOADS);
        make(uploads);
        return BlobUpload.begin(uploads, store);
    }

    /**
     * Goes on with one.
     *
     * @param id what {@link BlobUpload#id} was
     * @return empty when there is none, or somebody else is at it; the caller's to close
     */
    public Optional<BlobUpload> upload(String id) throws IOException {
        return BlobUpload.open(path.resolve(UPLOADS), id, store);
    }

    /** Whether an upload is there, be it that somebody is at it. */
    public boolean hasUpload(String id) {
        return BlobUpload.isId(id) && Files.exists(path.resolve(UPLOADS).resolve(id));
    }

    void removeUploads(Instant oldest) throws IOException {
        for (Path file : list(path.resolve(UPLOADS))) {
            if (Age.isSince(file, oldest)) {
                Optional<BlobUpload> free = upload(String.valueOf(file.getFileName()));
                if (free.isPresent()) {
                    try (BlobUpload upload = free.get()) {
                        upload.cancel();
                    }
                }
            }
        }
    }

    Set<Digest> manifestsAndParts() throws IOException {
        Set<Digest> all = new HashSet<>();
        for (LinkedManifest each : manifests()) {
            all.add(each.descriptor().digest());
            all.addAll(each.parts());
        }
        return all;
    }

    /** The blobs that still wait for a manifest; links of what has waited too long, and that nobody needs, are removed. */
    Set<Digest> blobs(Instant oldest, Set<Digest> needed) throws IOException {
        Set<Digest> waiting = new HashSet<>();
        for (Digest each : digests(path.resolve(BLOBS))) {
            Path link = file(BLOBS, each);
            try {
                if (needed.contains(each)
                        || !Files.getLastModifiedTime(link).toInstant().isBefore(oldest)) {
                    waiting.add(each);
                } else {
                    remove(link);
                }
            } catch (NoSuchFileException e) {
                continue; // it has just been deleted
            }
        }
        return waiting;
    }

    private Path file(String kind, Digest digest) {
        return path.resolve(kind).resolve(Repositories.name(digest));
    }

    private Path referrer(Digest subject, Digest referrer) {
        return path.resolve(REFERRERS).resolve(Repositories.name(subject)).resolve(Repositories.name(referrer));
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        make(file.resolveSibling(""));
        RecordFile.writeFromAside(file, file.resolveSibling("." + UUID.randomUUID()), bytes);
    }

    private static void make(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static boolean remove(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (Fd directory = Open.absolute(file.resolveSibling("").toString(), Open.How.directory())) {
            boolean removed = Names.remove(directory, String.valueOf(file.getFileName()));
            Names.sync(directory);
            return removed;
        }
    }

    private static List<Digest> digests(Path directory) throws IOException {
        return list(directory).stream()
                .map(Repositories::digest)
                .flatMap(Optional::stream)
                .toList();
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw e.getCause(); // the disk fails in the middle of the list
        }
    }
}

package dev.estiba.content.archive;

import dev.estiba.content.tar.MalformedArchive;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarReader;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.oci.json.Cursor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where an archive's files are. What is in it is looked up as if it were unpacked into an empty directory: of several entries of
 * a name the last counts, and links lead to other entries, never out of the archive.
 */
final class ArchiveIndex {
    /** Three for each layer, in Docker's older archives. */
    private static final int MOST_ENTRIES = 1 << 16;

    private static final long MOST_NAME_BYTES = 16L << 20;
    /** PATH_MAX: an archive's names are not longer. */
    private static final int LONGEST = 4096;
    /** As Linux. */
    private static final int MOST_LINKS = 40;

    private final String archive;
    private final Map<String, Found> entries = new HashMap<>();
    private long nameBytes;

    private ArchiveIndex(String archive) {
        this.archive = archive;
    }

    /** A file's bytes within the archive. */
    record Member(long offset, long size) {}

    private sealed interface Found {
        record File(Member member) implements Found {}

        /** A symbolic one. */
        record Link(String target) implements Found {}

        record Directory() implements Found {}

        /** What no file of an image is. */
        record Other(String what) implements Found {}
    }

    /** @param archive what a person calls it */
    static ArchiveIndex read(String archive, InputStream in) throws IOException {
        ArchiveIndex index = new ArchiveIndex(archive);
        try {
            TarReader reader = new TarReader(in);
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                index.add(entry.get(), reader.offset());
            }
        } catch (MalformedArchive e) {
            throw new IOException(archive + ": " + e.getMessage(), e);
        }
        return index;
    }

    private void add(TarEntry entry, long offset) throws IOException {
        Optional<String> name = text(entry.name()).flatMap(ArchiveIndex::normal);
        if (name.isEmpty()) {
            // Nothing in an image's archive refers to it: names in there are plain.
            return;
        }
        nameBytes += entry.name().length();
        entries.put(name.get(), found(entry, offset));
        if (entries.size() > MOST_ENTRIES || nameBytes > MOST_NAME_BYTES) {
            throw new MalformedImage(archive + ": the archive has more than " + MOST_ENTRIES
                    + " files, or longer names than an image's: is it a root file system, which is imported?");
        }
    }

    private Found found(TarEntry entry, long offset) {
        return switch (entry) {
            case TarEntry.RegularFile file when file.data().isPresent() -> new Found.Other("a sparse file");
            case TarEntry.RegularFile file -> new Found.File(new Member(offset, file.size()));
            case TarEntry.HardLink link ->
                text(link.target())
                        .flatMap(ArchiveIndex::normal)
                        .flatMap(target -> Optional.ofNullable(entries.get(target)))
                        .orElse(new Found.Other("a link to what is not before it in the archive"));
            case TarEntry.SymbolicLink link -> {
                nameBytes += link.target().length();
                yield text(link.target())
                        .<Found>map(Found.Link::new)
                        .orElse(new Found.Other("a link whose target is no text"));
            }
            case TarEntry.Directory directory -> new Found.Directory();
            case TarEntry.CharacterDevice device -> new Found.Other("a device");
            case TarEntry.BlockDevice device -> new Found.Other("a device");
            case TarEntry.Fifo fifo -> new Found.Other("a FIFO");
        };
    }

    private static Optional<String> text(TarBytes bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Plain names between single slashes; empty when the path is the top, or leads up. */
    private static Optional<String> normal(String path) {
        StringBuilder normal = new StringBuilder();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                return Optional.empty();
            }
            if (!part.isEmpty() && !part.equals(".")) {
                normal.append(normal.isEmpty() ? "" : "/").append(part);
            }
        }
        return normal.isEmpty() ? Optional.empty() : Optional.of(normal.toString());
    }

    /**
     * The file that a path leads to.
     *
     * @return empty when there is nothing
     * @throws MalformedImage when it is no file, or a link on the way leads out of the archive or nowhere
     */
    Optional<Member> find(String path) throws MalformedImage {
        if (path.length() > LONGEST) {
            return Optional.empty();
        }
        Deque<String> left = new ArrayDeque<>(List.of(path.split("/")));
        Deque<String> way = new ArrayDeque<>();
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.pop();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                if (way.isEmpty()) {
                    throw new MalformedImage(archive + ": " + quoted(path) + " leads out of the archive");
                }
                way.removeLast();
                continue;
            }
            way.addLast(part);
            if (entries.get(String.join("/", way)) instanceof Found.Link(String target)) {
                if (++links > MOST_LINKS) {
                    throw new MalformedImage(
                            archive + ": " + quoted(path) + " leads through more than " + MOST_LINKS + " links");
                }
                if (target.startsWith("/")) {
                    throw new MalformedImage(archive + ": " + quoted(path) + " leads out of the archive, by a link to "
                            + quoted(target));
                }
                way.removeLast();
                List.of(target.split("/")).reversed().forEach(left::push);
            }
        }
        return member(path, String.join("/", way));
    }

    private Optional<Member> member(String path, String name) throws MalformedImage {
        Found found = entries.get(name);
        if (found == null) {
            return Optional.empty();
        }
        return switch (found) {
            case Found.File(Member member) -> Optional.of(member);
            case Found.Directory directory ->
                throw new MalformedImage(archive + ": " + quoted(path) + " is a directory, and no file");
            case Found.Other(String what) ->
                throw new MalformedImage(archive + ": " + quoted(path) + " is " + what + ", and no file");
            case Found.Link link -> throw new AssertionError("links have been followed");
        };
    }

    private static String quoted(String text) {
        return Cursor.quoted(text);
    }
}

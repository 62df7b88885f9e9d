package dev.estiba.content.layout;

import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.content.transport.NotThere;
import dev.estiba.content.transport.Which;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.Cursor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One image of a layout. What is read is as hostile as who made the directory or the archive. Safe for several threads. */
public final class LayoutSource implements ImageSource {
    private static final int MOST_MARKER = 4096;
    private static final int SHOWN = 20;
    /** Of manifests that are read to see what they are said of. */
    private static final long MOST_SCANNED = 64L << 20;

    private final LayoutFiles files;
    private final Index index;
    private final Which which;
    private Optional<Map<Descriptor, Digest>> subjects = Optional.empty();

    private LayoutSource(LayoutFiles files, Index index, Which which) {
        this.files = files;
        this.index = index;
        this.which = which;
    }

    /**
     * Of a directory.
     *
     * @param from where a relative path begins
     * @param path of the layout, the user's own
     * @throws NotThere when there is no layout
     */
    public static LayoutSource open(Fd from, String path, Which which) throws IOException {
        Fd directory = Open.at(from, path, Open.How.directory());
        return of(new DirectoryFiles(directory, "oci:" + path), which);
    }

    /** @param files which are closed with this, or at once when they are no layout */
    public static LayoutSource of(LayoutFiles files, Which which) throws IOException {
        try {
            return new LayoutSource(files, index(files), which);
        } catch (IOException | RuntimeException e) {
            try (files) {
                throw e;
            }
        }
    }

    /** Whether these files are a layout's, as far as its marker tells. */
    public static boolean isLayout(LayoutFiles files) throws IOException {
        return files.size(LayoutPaths.MARKER).isPresent();
    }

    static Index index(LayoutFiles files) throws IOException {
        Optional<byte[]> marker = read(files, LayoutPaths.MARKER, MOST_MARKER);
        if (marker.isEmpty()) {
            throw new NotThere(files.name() + ": this is no image layout, since it has no file " + LayoutPaths.MARKER);
        }
        LayoutIndex.checkMarker(files.name(), marker.get());
        byte[] bytes = read(files, LayoutPaths.INDEX, ImageReader.MOST_BYTES)
                .orElseThrow(() -> new NotThere(files.name() + ": the image layout has no " + LayoutPaths.INDEX));
        return LayoutIndex.read(files.name(), bytes);
    }

    private static Optional<byte[]> read(LayoutFiles files, String path, int most) throws IOException {
        Optional<InputStream> file = files.open(path, 0);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = file.get()) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new MalformedImage(files.name() + ": " + path + " has more than " + most + " bytes");
            }
            return Optional.of(bytes);
        }
    }

    /**
     * An image that is there.
     *
     * @param names whole references, in the layout's order
     */
    public record Listed(Descriptor root, List<String> names) {
        public Listed {
            names = List.copyOf(names);
        }
    }

    /** All images, in the layout's order, each once; what only says something of another is none. */
    public List<Listed> images() throws IOException {
        Map<Digest, Descriptor> roots = new LinkedHashMap<>();
        Map<Digest, Set<String>> names = new LinkedHashMap<>();
        for (Descriptor entry : index.manifests()) {
            Optional<Reference> name = LayoutIndex.wholeName(entry);
            if (LayoutIndex.name(entry).isEmpty() && subjects().containsKey(entry)) {
                continue;
            }
            roots.putIfAbsent(entry.digest(), entry);
            Set<String> all = names.computeIfAbsent(entry.digest(), digest -> new LinkedHashSet<>());
            name.ifPresent(each -> all.add(each.familiar()));
        }
        return roots.values().stream()
                .map(each -> new Listed(each, List.copyOf(names.get(each.digest()))))
                .toList();
    }

    @Override
    public String name() {
        return files.name() + which;
    }

    @Override
    public Document root() throws IOException {
        Descriptor entry = entry();
        Document document = document(entry);
        // The entry's annotations are its place's, and no part of the image.
        return new Document(Descriptor.of(entry.mediaType(), entry.digest(), entry.size()), document.bytes());
    }

    private Descriptor entry() throws IOException {
        List<Descriptor> all = index.manifests();
        return switch (which) {
            case Which.Only only -> {
                Set<Digest> digests = all.stream().map(Descriptor::digest).collect(Collectors.toSet());
                if (digests.size() != 1) {
                    throw new NotThere(files.name()
                            + (all.isEmpty()
                                    ? ": there is no image in it"
                                    : ": there are several images in it, say which: " + listed()));
                }
                yield all.getFirst();
            }
            case Which.At(int place) -> {
                if (place >= all.size()) {
                    throw new NotThere(name() + ": the layout lists " + all.size() + " images, counted from 0");
                }
                yield all.get(place);
            }
            case Which.ByDigest(Digest digest) ->
                all.stream()
                        .filter(each -> each.digest().equals(digest))
                        .findFirst()
                        .orElseThrow(() -> new NotThere(name() + ": the layout does not list it, but " + listed()));
            case Which.Named(String name) -> named(name);
        };
    }

    private Descriptor named(String name) throws IOException {
        List<Descriptor> found =
                index.manifests().stream().filter(each -> isCalled(each, name)).toList();
        if (found.isEmpty()) {
            throw new NotThere(name() + ": the layout has nothing of that name, but " + listed());
        }
        if (found.stream().map(Descriptor::digest).distinct().count() > 1) {
            throw new MalformedImage(name() + ": several images have that name; say which by its digest: "
                    + found.stream()
                            .map(each -> "@" + each.digest())
                            .limit(SHOWN)
                            .collect(Collectors.joining(", ")));
        }
        return found.getFirst();
    }

    private static boolean isCalled(Descriptor entry, String name) {
        return LayoutIndex.name(entry).filter(name::equals).isPresent()
                || LayoutIndex.wholeName(entry)
                        .filter(each ->
                                each.toString().equals(name) || each.familiar().equals(name))
                        .isPresent();
    }

    private String listed() {
        String shown = index.manifests().stream()
                .map(each -> LayoutIndex.name(each).map(Cursor::quoted).orElse("@" + each.digest()))
                .limit(SHOWN)
                .collect(Collectors.joining(", "));
        return shown.isEmpty() ? "no image at all" : shown;
    }

    @Override
    public Document document(Descriptor descriptor) throws IOException {
        checkSize(descriptor);
        byte[] bytes = read(files, LayoutPaths.blob(descriptor.digest()), ImageReader.MOST_BYTES)
                .orElseThrow(() -> lacking(descriptor));
        return Document.verified(descriptor, bytes);
    }

    private void checkSize(Descriptor descriptor) throws IOException {
        long size = files.size(LayoutPaths.blob(descriptor.digest())).orElseThrow(() -> lacking(descriptor));
        if (size != descriptor.size()) {
            throw ContentMismatch.size(descriptor.digest(), descriptor.size(), size);
        }
    }

    private NotThere lacking(Descriptor descriptor) {
        return new NotThere(name() + ": " + descriptor.digest() + " is not in it"
                + descriptor.platform().map(each -> " (" + each + ")").orElse(""));
    }

    @Override
    public InputStream blob(Descriptor descriptor, long offset) throws IOException {
        checkSize(descriptor);
        return files.open(LayoutPaths.blob(descriptor.digest()), offset).orElseThrow(() -> lacking(descriptor));
    }

    /** A layout has no list of its own for them: they are images without a name. */
    @Override
    public List<Descriptor> referrers(Digest subject) throws IOException {
        List<Descriptor> found = new ArrayList<>();
        for (Map.Entry<Descriptor, Digest> each : subjects().entrySet()) {
            Descriptor entry = each.getKey();
            if (each.getValue().equals(subject)) {
                found.add(Descriptor.of(entry.mediaType(), entry.digest(), entry.size()));
            }
        }
        return found;
    }

    /** The entries that say something of another, with that; found once. */
    private synchronized Map<Descriptor, Digest> subjects() throws IOException {
        if (subjects.isPresent()) {
            return subjects.get();
        }
        Map<Descriptor, Digest> found = new LinkedHashMap<>();
        long bytes = 0;
        for (Descriptor entry : index.manifests()) {
            if (MediaTypes.isManifest(entry.mediaType()) || MediaTypes.isIndex(entry.mediaType())) {
                bytes += entry.size();
                if (bytes > MOST_SCANNED) {
                    throw new MalformedImage(
                            files.name() + ": its manifests have more than " + MOST_SCANNED + " bytes");
                }
                LayoutIndex.subject(document(entry)).ifPresent(subject -> found.put(entry, subject));
            }
        }
        subjects = Optional.of(found);
        return found;
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}

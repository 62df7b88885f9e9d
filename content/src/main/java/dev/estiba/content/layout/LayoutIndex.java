package dev.estiba.content.layout;

import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.MalformedImage;
import dev.estiba.oci.image.Annotations;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The list of a layout's images with their names, {@code index.json}, and the file beside it that says that it is a layout. */
public final class LayoutIndex {
    /** The version of all releases of the specification so far. */
    private static final String VERSION = "1.0.0";

    private static final List<String> MARKER = List.of("imageLayoutVersion");

    private LayoutIndex() {}

    /** Of a layout without an image. */
    public static Index empty() {
        return new Index(Optional.of(MediaTypes.INDEX), Optional.empty(), List.of(), Optional.empty(), Map.of());
    }

    static Index read(String place, byte[] bytes) throws MalformedImage {
        try {
            return switch (ImageReader.read(bytes, Optional.of(MediaTypes.INDEX))) {
                case ImageReader.Document.OfIndex(Index index) -> index;
                case ImageReader.Document.OfManifest manifest ->
                    throw new MalformedImage(
                            place + ": " + LayoutPaths.INDEX + " is a manifest, and no list of images");
            };
        } catch (DocumentException e) {
            throw new MalformedImage(place + ": " + LayoutPaths.INDEX, e);
        }
    }

    static void checkMarker(String place, byte[] bytes) throws MalformedImage {
        String version = "";
        try (Cursor in = Cursor.open(bytes, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                if (name.equals("imageLayoutVersion")) {
                    version = in.text();
                } else {
                    in.unknown(MARKER);
                }
            }
            in.end();
        } catch (DocumentException e) {
            throw new MalformedImage(place + ": " + LayoutPaths.MARKER, e);
        }
        if (!version.startsWith("1.")) {
            throw new MalformedImage(place + ": it is an image layout of version " + Cursor.quoted(version) + ", and "
                    + VERSION + " is what is known here");
        }
    }

    public static byte[] marker() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeStringProperty("imageLayoutVersion", VERSION);
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    public static byte[] write(Index index) {
        return ImageWriter.write(index);
    }

    /**
     * With an image more. Another one that had its name stays there without (as skopeo does), and an entry without a name that
     * is the same image gets it.
     *
     * @param names as {@code org.opencontainers.image.ref.name}, and those that are whole references also as containerd has them
     */
    public static Index with(Index index, Descriptor image, List<String> names) {
        List<Descriptor> entries = new ArrayList<>();
        for (Descriptor entry : index.manifests()) {
            boolean isSame = entry.digest().equals(image.digest());
            Descriptor kept = name(entry).filter(names::contains).isPresent() && !isSame ? unnamed(entry) : entry;
            boolean isSaid =
                    isSame && (name(kept).isEmpty() || names.contains(name(kept).orElse("")));
            if (!isSaid && !has(entries, kept)) {
                entries.add(kept);
            }
        }
        Descriptor bare = Descriptor.of(image.mediaType(), image.digest(), image.size());
        if (names.isEmpty()
                && entries.stream().noneMatch(entry -> entry.digest().equals(image.digest()))) {
            entries.add(bare);
        }
        names.forEach(name -> entries.add(bare.withAnnotations(annotations(name))));
        return new Index(index.mediaType(), index.artifactType(), entries, index.subject(), index.annotations());
    }

    /** Whether an entry that has lost its name is there already. */
    private static boolean has(List<Descriptor> entries, Descriptor entry) {
        return name(entry).isEmpty()
                && entries.stream()
                        .anyMatch(each -> each.digest().equals(entry.digest())
                                && name(each).isEmpty());
    }

    private static Map<String, String> annotations(String name) {
        Map<String, String> annotations = new LinkedHashMap<>();
        Optional<Reference> whole = reference(name);
        whole.ifPresent(each -> annotations.put(Annotations.CONTAINERD_NAME, each.toString()));
        annotations.put(Annotations.REFERENCE_NAME, name);
        return annotations;
    }

    /** As Docker's archives name an entry: the tag, and beside it the whole name. */
    public static Map<String, String> annotations(Reference name) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(Annotations.CONTAINERD_NAME, name.toString());
        name.tag().ifPresent(tag -> annotations.put(Annotations.REFERENCE_NAME, tag));
        return annotations;
    }

    private static Descriptor unnamed(Descriptor entry) {
        Map<String, String> rest = new LinkedHashMap<>(entry.annotations());
        rest.remove(Annotations.REFERENCE_NAME);
        rest.remove(Annotations.CONTAINERD_NAME);
        return entry.withAnnotations(rest);
    }

    /** What an entry is called, mostly a tag. */
    static Optional<String> name(Descriptor entry) {
        return Optional.ofNullable(entry.annotations().get(Annotations.REFERENCE_NAME))
                .or(() -> Optional.ofNullable(entry.annotations().get(Annotations.CONTAINERD_NAME)));
    }

    /** What an entry is called with registry and tag, when that is said: a tag alone is of no repository. */
    static Optional<Reference> wholeName(Descriptor entry) {
        return Optional.ofNullable(entry.annotations().get(Annotations.CONTAINERD_NAME))
                .flatMap(LayoutIndex::reference)
                .or(() -> Optional.ofNullable(entry.annotations().get(Annotations.REFERENCE_NAME))
                        .flatMap(LayoutIndex::reference));
    }

    private static Optional<Reference> reference(String name) {
        if (name.indexOf(':') < 0 && name.indexOf('/') < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Reference.parse(name).tagged())
                    .filter(each -> each.digest().isEmpty());
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a tag of a kind that registries would not take
        }
    }

    /** What a manifest or an index says something of. */
    public static Optional<Digest> subject(Document document) throws MalformedImage {
        String type = document.descriptor().mediaType();
        if (!MediaTypes.isManifest(type) && !MediaTypes.isIndex(type)) {
            return Optional.empty();
        }
        try {
            return switch (ImageReader.read(document.bytes(), Optional.of(type))) {
                case ImageReader.Document.OfManifest(var manifest) ->
                    manifest.subject().map(Descriptor::digest);
                case ImageReader.Document.OfIndex(var nested) ->
                    nested.subject().map(Descriptor::digest);
            };
        } catch (DocumentException e) {
            throw new MalformedImage(document.descriptor().digest().toString(), e);
        }
    }
}

package dev.estiba.oci.image;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests and indexes. They come from registries and archives: what is missing, out of range or of another kind than
 * its media type says is refused, so that the same bytes are never an image to one reader and an index to another
 * (CVE-2021-41190). Safe for all threads.
 */
public final class ImageReader {
    /** What registries and engines take at most. */
    public static final int MOST_BYTES = 4 << 20;

    private static final List<String> MANIFEST = List.of(
            "schemaVersion", "mediaType", "artifactType", "config", "layers", "subject", "annotations", "manifests");
    private static final List<String> DESCRIPTOR =
            List.of("mediaType", "digest", "size", "urls", "annotations", "data", "artifactType", "platform");

    private ImageReader() {}

    /** An image's manifest, or an index. */
    public sealed interface Document {
        record OfManifest(Manifest manifest) implements Document {}

        record OfIndex(Index index) implements Document {}
    }

    /**
     * Either, as its fields say: an index has {@code manifests} and a manifest has {@code layers}.
     *
     * @param mediaType what whoever has named the document says that it is; empty when nobody has
     */
    public static Document read(byte[] document, Optional<String> mediaType) throws DocumentException {
        if (document.length > MOST_BYTES) {
            throw Origin.DOCUMENT.failure("", document.length + " bytes are more than " + MOST_BYTES, 1, 1);
        }
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            Document value = document(in, mediaType);
            in.end();
            return value;
        }
    }

    /** @throws DocumentException also when it is an index */
    public static Manifest readManifest(byte[] document) throws DocumentException {
        return switch (read(document, Optional.empty())) {
            case Document.OfManifest(Manifest manifest) -> manifest;
            case Document.OfIndex index ->
                throw Origin.DOCUMENT.failure("manifests", "this is an index, where a manifest is expected", 1, 1);
        };
    }

    /** @throws DocumentException also when it is a manifest */
    public static Index readIndex(byte[] document) throws DocumentException {
        return switch (read(document, Optional.empty())) {
            case Document.OfIndex(Index index) -> index;
            case Document.OfManifest manifest ->
                throw Origin.DOCUMENT.failure("layers", "this is a manifest, where an index is expected", 1, 1);
        };
    }

    private static Document document(Cursor in, Optional<String> said) throws DocumentException {
        Fields fields = new Fields();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            fields.read(in, name);
        }
        if (fields.schemaVersion != 2) {
            throw fields.schemaVersion == 1
                    ? in.failure("schemaVersion 1 is Docker's oldest format, which is not read any more: push the image"
                            + " again with a current engine")
                    : in.missing("schemaVersion");
        }
        Optional<String> type = Optional.ofNullable(fields.mediaType);
        if (said.isPresent() && type.isPresent() && !said.equals(type)) {
            throw in.failure(
                    "it is " + Cursor.quoted(type.get()) + ", and was said to be " + Cursor.quoted(said.get()));
        }
        if (fields.manifests != null && (fields.layers != null || fields.config != null)) {
            throw in.failure("both a manifest and an index"); // CVE-2021-41190
        }
        String known = type.or(() -> said).orElse("");
        if (fields.manifests != null) {
            if (MediaTypes.isManifest(known)) {
                throw in.failure("an index that is said to be " + known);
            }
            return new Document.OfIndex(fields.index(fields.manifests));
        }
        if (MediaTypes.isIndex(known)) { // Go writes an empty list as null
            return new Document.OfIndex(fields.index(List.of()));
        }
        return new Document.OfManifest(fields.manifest(in));
    }

    /** Of either document, until it is known which. */
    private static final class Fields {
        private int schemaVersion;
        private @Nullable String mediaType;
        private @Nullable String artifactType;
        private @Nullable Descriptor config;
        private @Nullable List<Descriptor> layers;
        private @Nullable List<Descriptor> manifests;
        private @Nullable Descriptor subject;
        private Map<String, String> annotations = Map.of();

        void read(Cursor in, String name) throws DocumentException {
            switch (name) {
                case "schemaVersion" -> schemaVersion = in.int32();
                case "mediaType" -> mediaType = in.text();
                case "artifactType" -> artifactType = in.text();
                case "config" -> config = descriptor(in);
                case "layers" -> layers = descriptors(in);
                case "manifests" -> manifests = descriptors(in);
                case "subject" -> subject = descriptor(in);
                case "annotations" -> annotations = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                default -> in.unknown(MANIFEST);
            }
        }

        Index index(List<Descriptor> entries) {
            return new Index(
                    Optional.ofNullable(mediaType),
                    Optional.ofNullable(artifactType),
                    entries,
                    Optional.ofNullable(subject),
                    annotations);
        }

        Manifest manifest(Cursor in) throws DocumentException {
            return new Manifest(
                    Optional.ofNullable(mediaType),
                    Optional.ofNullable(artifactType),
                    in.required(config, "config"),
                    layers == null ? List.of() : layers, // an artifact's, as Go writes an empty list
                    Optional.ofNullable(subject),
                    annotations);
        }
    }

    private static List<Descriptor> descriptors(Cursor in) throws DocumentException {
        List<Descriptor> all = new ArrayList<>();
        in.array();
        while (in.nextElement()) {
            all.add(descriptor(in));
        }
        return all;
    }

    /** Also of an OCI layout's index, and of a referrers' list. */
    public static Descriptor descriptor(Cursor in) throws DocumentException {
        String mediaType = null;
        Digest digest = null;
        long size = -1;
        List<String> urls = List.of();
        Map<String, String> annotations = Map.of();
        Optional<byte[]> data = Optional.empty();
        Optional<String> artifactType = Optional.empty();
        Optional<Platform> platform = Optional.empty();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "mediaType" -> mediaType = in.text();
                case "digest" -> digest = digest(in);
                case "size" -> size = in.size();
                case "urls" -> urls = in.texts();
                case "annotations" -> annotations = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                case "data" -> data = Optional.of(in.base64());
                case "artifactType" -> artifactType = Optional.of(in.text());
                case "platform" -> platform = Optional.of(PlatformReader.platform(in));
                default -> in.unknown(DESCRIPTOR);
            }
        }
        if (size < 0) {
            throw in.missing("size");
        }
        return new Descriptor(
                in.required(mediaType, "mediaType"),
                in.required(digest, "digest"),
                size,
                urls,
                annotations,
                data,
                artifactType,
                platform);
    }

    public static Digest digest(Cursor in) throws DocumentException {
        String text = in.text();
        Optional<Digest> digest = Digest.parse(text);
        if (digest.isEmpty()) {
            throw in.failure(Cursor.quoted(text) + " is no digest: sha256 or sha512, a colon, and all its lower-case"
                    + " hexadecimal digits");
        }
        return digest.get();
    }
}

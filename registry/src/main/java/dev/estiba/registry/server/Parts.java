package dev.estiba.registry.server;

import dev.estiba.content.store.LinkedManifest;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.Index;
import dev.estiba.oci.image.Manifest;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a manifest is made of, which has to be there before it. */
final class Parts {
    private Parts() {}

    /** @param said what the client says that it is; empty when it does not */
    static LinkedManifest linked(ImageReader.Document read, String said, Digest digest, long size) {
        return switch (read) {
            case ImageReader.Document.OfManifest(Manifest manifest) -> {
                List<Digest> parts = new ArrayList<>(List.of(manifest.config().digest()));
                manifest.layers().forEach(layer -> parts.add(layer.digest()));
                // distribution-spec, "Listing Referrers": without an artifactType it is the configuration's type
                Optional<String> artifact = manifest.artifactType()
                        .filter(each -> !each.isEmpty())
                        .or(() -> Optional.of(manifest.config().mediaType()));
                String type = type(said, manifest.mediaType(), MediaTypes.MANIFEST);
                yield new LinkedManifest(
                        descriptor(type, digest, size, artifact, manifest.annotations()),
                        manifest.subject().map(Descriptor::digest),
                        parts);
            }
            case ImageReader.Document.OfIndex(Index index) -> {
                List<Digest> parts =
                        index.manifests().stream().map(Descriptor::digest).toList();
                String type = type(said, index.mediaType(), MediaTypes.INDEX);
                yield new LinkedManifest(
                        descriptor(type, digest, size, index.artifactType(), index.annotations()),
                        index.subject().map(Descriptor::digest),
                        parts);
            }
        };
    }

    private static String type(String said, Optional<String> own, String usual) {
        return MediaTypes.isIndex(said) || MediaTypes.isManifest(said) ? said : own.orElse(usual);
    }

    private static Descriptor descriptor(
            String type, Digest digest, long size, Optional<String> artifact, Map<String, String> annotations) {
        return new Descriptor(type, digest, size, List.of(), annotations, Optional.empty(), artifact, Optional.empty());
    }

    /** @throws Refused when something of it is not in the repository, or is not as long as it is said to be */
    static void check(Shelf shelf, Reference name, ImageReader.Document read) throws IOException {
        switch (read) {
            case ImageReader.Document.OfManifest(Manifest manifest) -> {
                if (manifest.config().size() > ImageReader.MOST_BYTES) {
                    throw new Refused(
                            ErrorCode.SIZE_INVALID,
                            "a configuration has at most " + ImageReader.MOST_BYTES + " bytes here");
                }
                blob(shelf, name, manifest.config());
                for (Descriptor layer : manifest.layers()) {
                    if (layer.urls().isEmpty()) { // what has urls is had from there
                        blob(shelf, name, layer);
                    }
                }
            }
            case ImageReader.Document.OfIndex(Index index) -> {
                boolean isAnyThere = index.manifests().isEmpty();
                for (Descriptor each : index.manifests()) {
                    Optional<Descriptor> there = shelf.manifest(name, each.digest());
                    checkSize(
                            each,
                            there.map(found -> OptionalLong.of(found.size())).orElse(OptionalLong.empty()));
                    isAnyThere |= there.isPresent();
                }
                // Some platforms of many may have been brought; none at all is a mistake.
                if (!isAnyThere) {
                    throw missing("manifest", index.manifests().getFirst());
                }
            }
        }
    }

    private static void blob(Shelf shelf, Reference name, Descriptor each) throws IOException {
        if (!shelf.hasBlob(name, each.digest())) {
            throw missing("blob", each);
        }
        checkSize(each, shelf.store().blobs().size(each.digest()));
    }

    private static Refused missing(String what, Descriptor each) {
        return new Refused(
                ErrorCode.MANIFEST_BLOB_UNKNOWN,
                "the manifest names the " + what + " " + each.digest()
                        + ", which the repository has not: push it first");
    }

    private static void checkSize(Descriptor said, OptionalLong there) throws Refused {
        if (there.isPresent() && there.getAsLong() != said.size()) {
            throw new Refused(
                    ErrorCode.MANIFEST_INVALID,
                    said.digest() + " has " + there.getAsLong() + " bytes, and the manifest says " + said.size());
        }
    }
}

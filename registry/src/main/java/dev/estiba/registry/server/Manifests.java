package dev.estiba.registry.server;

import dev.estiba.content.store.BlobUpload;
import dev.estiba.content.store.Lease;
import dev.estiba.content.store.LinkedManifest;
import dev.estiba.content.store.Repository;
import dev.estiba.content.store.Store;
import dev.estiba.content.transport.Document;
import dev.estiba.content.transport.NotThere;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.MediaTypes;
import dev.estiba.oci.image.Reference;
import dev.estiba.oci.json.DocumentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Manifests and indexes: given out, taken in, deleted (distribution-spec, "Pulling manifests", "Pushing Manifests"). */
final class Manifests {
    private final Shelf shelf;
    private final Tagging tagging;

    Manifests(Shelf shelf, Tagging tagging) {
        this.shelf = shelf;
        this.tagging = tagging;
    }

    Reply get(Request request, Reference name, String reference) throws IOException {
        Optional<Descriptor> found = find(name, reference);
        if (found.isEmpty()) {
            throw shelf.exists(name) ? unknown(reference) : nameUnknown(name);
        }
        Descriptor descriptor = found.get();
        if (!isAccepted(request, descriptor.mediaType())) {
            throw new Refused(
                    ErrorCode.MANIFEST_UNKNOWN,
                    "it is " + descriptor.mediaType() + ", which the request's Accept header leaves out");
        }
        String tag = "\"" + descriptor.digest() + "\"";
        Reply head = Reply.of(200)
                .with("Content-Type", descriptor.mediaType())
                .with("Docker-Content-Digest", descriptor.digest().toString())
                .with("ETag", tag);
        if (Conditions.isKnown(request, tag)) {
            return Reply.of(304)
                    .with("ETag", tag)
                    .with("Docker-Content-Digest", descriptor.digest().toString());
        }
        try {
            return head.body(shelf.store().blobs().document(descriptor).bytes());
        } catch (NotThere e) {
            throw unknown(reference); // another process has just deleted it
        }
    }

    private Optional<Descriptor> find(Reference name, String reference) throws IOException {
        return reference.indexOf(':') < 0
                ? shelf.tagged(name, reference)
                : shelf.manifest(name, Route.digest(reference));
    }

    static Refused unknown(String reference) {
        return new Refused(ErrorCode.MANIFEST_UNKNOWN, "the repository has no manifest " + shown(reference));
    }

    static Refused nameUnknown(Reference name) {
        return new Refused(ErrorCode.NAME_UNKNOWN, "there is no repository " + name.path());
    }

    private static String shown(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }

    /** RFC 9110, 12.5.1. Who says nothing takes everything; weights are not compared, since there is one form. */
    private static boolean isAccepted(Request request, String type) {
        List<String> headers = request.headers().getAll("Accept");
        if (headers.isEmpty()) {
            return true;
        }
        return headers.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .map(each -> plain(each))
                .anyMatch(each -> each.equals(type) || each.equals("*/*") || each.equals("application/*"));
    }

    /** A media type without parameters. */
    private static String plain(String text) {
        int end = text.indexOf(';');
        return (end < 0 ? text : text.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    /** Takes one in; the head has been checked when this returns. */
    Receiver put(Request request, Reference name, String reference) throws IOException {
        if (request.length().orElse(0) > ImageReader.MOST_BYTES) {
            throw tooLarge();
        }
        Optional<Digest> wanted = Optional.empty();
        if (reference.indexOf(':') >= 0) {
            wanted = Optional.of(Route.digest(reference));
        } else {
            checkTag(name, reference);
        }
        Optional<Digest> digest = wanted;
        String type = plain(request.header("Content-Type").orElse(""));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        return new Receiver() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                if (body.size() + bytes.remaining() > ImageReader.MOST_BYTES) {
                    throw tooLarge();
                }
                byte[] piece = new byte[bytes.remaining()];
                bytes.get(piece);
                body.writeBytes(piece);
            }

            @Override
            public Reply end() throws IOException {
                return store(name, reference, digest, type, body.toByteArray());
            }

            @Override
            public void abort() {
                // nothing was begun
            }
        };
    }

    private static Refused tooLarge() {
        return new Refused(
                413, ErrorCode.SIZE_INVALID, "a manifest has at most " + ImageReader.MOST_BYTES + " bytes here");
    }

    private static void checkTag(Reference name, String tag) throws Refused {
        try {
            name.withTag(tag);
        } catch (IllegalArgumentException e) {
            Refused refused = new Refused(
                    ErrorCode.TAG_INVALID,
                    "a tag is of at most 128 letters, digits and . _ - and begins with neither . nor -");
            refused.initCause(e);
            throw refused;
        }
    }

    private Reply store(Reference name, String reference, Optional<Digest> wanted, String type, byte[] bytes)
            throws IOException {
        MessageDigest hash =
                wanted.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256).hash();
        hash.update(bytes);
        Digest digest = Digest.of(wanted.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256), hash);
        if (wanted.isPresent() && !wanted.get().equals(digest)) {
            throw new Refused(ErrorCode.DIGEST_INVALID, "the manifest's digest is " + digest);
        }
        ImageReader.Document read = read(bytes, type);
        LinkedManifest manifest = Parts.linked(read, type, digest, bytes.length);
        Document document = new Document(Descriptor.of(manifest.descriptor().mediaType(), digest, bytes.length), bytes);
        try (Lease lease = shelf.store().lease()) {
            for (Digest part : manifest.parts()) {
                lease.protect(part);
            }
            Parts.check(shelf, name, read);
            put(shelf.store(), shelf.pushed(name), document, lease);
            shelf.pushed(name).link(manifest);
            if (wanted.isEmpty()) {
                tagging.tag(name, reference, document, read, lease);
            }
        }
        Reply reply = Reply.of(201)
                .with("Location", "/v2/" + name.path() + "/manifests/" + digest)
                .with("Docker-Content-Digest", digest.toString());
        return manifest.subject().isPresent()
                ? reply.with("OCI-Subject", manifest.subject().get().toString())
                : reply;
    }

    private static ImageReader.Document read(byte[] bytes, String type) throws Refused {
        boolean isKnown = MediaTypes.isIndex(type) || MediaTypes.isManifest(type);
        if (!isKnown && !type.isEmpty() && !type.equals("application/json")) {
            throw new Refused(
                    ErrorCode.MANIFEST_INVALID,
                    shown(type) + " is no kind of manifest that is taken here: OCI's and Docker's schema 2 are");
        }
        try {
            return ImageReader.read(bytes, isKnown ? Optional.of(type) : Optional.empty());
        } catch (DocumentException e) {
            Refused refused = new Refused(ErrorCode.MANIFEST_INVALID, String.valueOf(e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }

    /** On the disk, without syncing what others write. */
    static void put(Store store, Repository repository, Document document, Lease lease) throws IOException {
        lease.protect(document.descriptor().digest());
        if (store.blobs().has(document.descriptor().digest())) {
            return;
        }
        try (BlobUpload upload = repository.beginUpload()) {
            boolean finished = false;
            try {
                upload.write(ByteBuffer.wrap(document.bytes()));
                upload.finish(document.descriptor().digest(), lease);
                finished = true;
            } finally {
                if (!finished) {
                    upload.cancel();
                }
            }
        }
    }

    Reply delete(Reference name, String reference) throws IOException {
        boolean deleted;
        if (reference.indexOf(':') < 0) {
            deleted = tagging.untag(name, reference);
        } else {
            Digest digest = Route.digest(reference);
            deleted = tagging.untag(name, digest) | shelf.pushed(name).unlink(digest);
        }
        if (!deleted) {
            throw shelf.exists(name) ? unknown(reference) : nameUnknown(name);
        }
        return Reply.of(202);
    }
}

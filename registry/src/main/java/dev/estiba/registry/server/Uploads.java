package dev.estiba.registry.server;

import dev.estiba.content.store.BlobUpload;
import dev.estiba.content.store.Lease;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blobs on their way in (distribution-spec, "Pushing blobs"). What has come of one is on the disk, so that a restart loses nothing. */
final class Uploads {
    private static final Pattern RANGE = Pattern.compile("(?:bytes )?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?");
    private static final int MOST_HASHES = 4096;

    private final Shelf shelf;
    private final long most;
    private final Duration life;
    private final Map<String, Kept> hashes = new ConcurrentHashMap<>();

    private record Kept(Reference name, BlobUpload.Progress progress) {}

    Uploads(Shelf shelf, Limits limits) {
        this.shelf = shelf;
        this.most = limits.blob();
        this.life = limits.uploads();
    }

    /** Removes what nobody has gone on with for long, be it of an earlier server. */
    void sweep() throws IOException {
        shelf.store().repositories().removeUploads(Instant.now().minus(life));
        hashes.entrySet().removeIf(each -> !shelf.pushed(each.getValue().name()).hasUpload(each.getKey()));
    }

    /** That were begun, and neither finished nor cancelled, since the server's start. */
    int open() {
        return hashes.size();
    }

    /** Begins one; with a digest, the body is the whole blob. */
    Receiver begin(Request request, Reference name) throws IOException {
        Optional<String> digest = request.parameter("digest");
        if (digest.isPresent()) {
            return new Piece(
                    request, name, shelf.pushed(name).beginUpload(), Optional.of(Route.digest(digest.get())), true);
        }
        return Receiver.of(() -> {
            try (BlobUpload upload = shelf.pushed(name).beginUpload()) {
                keep(name, upload);
                return accepted(name, upload);
            }
        });
    }

    /** Shows a blob of another repository in this one as well; empty when it is not there. */
    Optional<Reply> mount(Reference name, Reference from, Digest digest) throws IOException {
        try (Lease lease = shelf.store().lease()) {
            lease.protect(digest);
            if (!shelf.hasBlob(from, digest)) {
                return Optional.empty();
            }
            shelf.pushed(name).linkBlob(digest);
        }
        return Optional.of(created(name, digest));
    }

    private static Reply created(Reference name, Digest digest) {
        return Reply.of(201)
                .with("Location", "/v2/" + name.path() + "/blobs/" + digest)
                .with("Docker-Content-Digest", digest.toString());
    }

    private static Reply accepted(Reference name, BlobUpload upload) {
        return told(Reply.of(202), name, upload);
    }

    private static Reply told(Reply reply, Reference name, BlobUpload upload) {
        return reply.with("Location", "/v2/" + name.path() + "/blobs/uploads/" + upload.id())
                .with("Range", "0-" + Math.max(0, upload.size() - 1))
                .with("Docker-Upload-UUID", upload.id());
    }

    private BlobUpload open(Reference name, String id) throws IOException {
        Optional<BlobUpload> found = shelf.pushed(name).upload(id);
        if (found.isEmpty()) {
            throw shelf.pushed(name).hasUpload(id)
                    ? new Refused(409, ErrorCode.BLOB_UPLOAD_INVALID, "another request is at this upload")
                    : new Refused(ErrorCode.BLOB_UPLOAD_UNKNOWN, "the repository has no such upload");
        }
        Optional.ofNullable(hashes.remove(id)).map(Kept::progress).ifPresent(found.get()::resume);
        return found.get();
    }

    private void keep(Reference name, BlobUpload upload) {
        if (hashes.size() < MOST_HASHES) {
            hashes.put(upload.id(), new Kept(name, upload.progress()));
        }
    }

    Reply status(Reference name, String id) throws IOException {
        try (BlobUpload upload = open(name, id)) {
            keep(name, upload);
            return told(Reply.of(204), name, upload);
        }
    }

    Reply cancel(Reference name, String id) throws IOException {
        try (BlobUpload upload = open(name, id)) {
            upload.cancel();
            return Reply.of(204);
        }
    }

    /** @param isLast whether the blob ends with it, and its digest is said */
    Receiver piece(Request request, Reference name, String id, boolean isLast) throws IOException {
        Optional<Digest> digest = Optional.empty();
        if (isLast) {
            String said = request.parameter("digest")
                    .orElseThrow(() -> new Refused(ErrorCode.DIGEST_INVALID, "the address lacks ?digest="));
            digest = Optional.of(Route.digest(said));
        }
        return new Piece(request, name, open(name, id), digest, false);
    }

    /** A body that is written behind what has come. */
    private final class Piece implements Receiver {
        private final Reference name;
        private final BlobUpload upload;
        private final Optional<Digest> digest;
        private final boolean isWhole;
        private final long end;

        Piece(Request request, Reference name, BlobUpload upload, Optional<Digest> digest, boolean isWhole)
                throws IOException {
            this.name = name;
            this.upload = upload;
            this.digest = digest;
            this.isWhole = isWhole;
            boolean begun = false;
            try {
                this.end = end(request);
                begun = true;
            } finally {
                if (!begun) {
                    abort();
                }
            }
        }

        /** Where it has to end; -1: anywhere. */
        private long end(Request request) throws IOException {
            long said = request.length().isPresent()
                    ? upload.size() + request.length().getAsLong()
                    : -1;
            if (said > most) {
                throw tooLarge();
            }
            Optional<String> header = request.header("Content-Range");
            if (header.isEmpty()) {
                return said;
            }
            Matcher range = RANGE.matcher(header.get().strip());
            if (!range.matches()) {
                throw outOfOrder("Content-Range is FIRST-LAST, in bytes");
            }
            long first = Long.parseLong(range.group(1));
            long end = Long.parseLong(range.group(2)) + 1;
            if (first != upload.size() || end < first) {
                throw outOfOrder(upload.size() + " bytes have come, and these begin at " + first);
            }
            if (said >= 0 && said != end) {
                throw new Refused(
                        ErrorCode.SIZE_INVALID,
                        "Content-Range says " + (end - first) + " bytes, and Content-Length "
                                + request.length().getAsLong());
            }
            if (end > most) {
                throw tooLarge();
            }
            return end;
        }

        private Refused outOfOrder(String why) {
            return new Refused(ErrorCode.RANGE_INVALID, why)
                    .with("Location", "/v2/" + name.path() + "/blobs/uploads/" + upload.id())
                    .with("Range", "0-" + Math.max(0, upload.size() - 1));
        }

        private Refused tooLarge() {
            return new Refused(413, ErrorCode.SIZE_INVALID, "a blob has at most " + most + " bytes here");
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (upload.size() + bytes.remaining() > most) {
                throw tooLarge();
            }
            if (end >= 0 && upload.size() + bytes.remaining() > end) {
                throw new Refused(ErrorCode.SIZE_INVALID, "more bytes than Content-Range says");
            }
            upload.write(bytes);
        }

        @Override
        public Reply end() throws IOException {
            if (end >= 0 && upload.size() != end) {
                abort();
                throw new Refused(ErrorCode.SIZE_INVALID, "fewer bytes than Content-Range says");
            }
            if (digest.isEmpty()) {
                keep(name, upload);
                try (upload) {
                    return accepted(name, upload);
                }
            }
            try (upload;
                    Lease lease = shelf.store().lease()) {
                upload.finish(digest.get(), lease);
                shelf.pushed(name).linkBlob(digest.get());
                return created(name, digest.get());
            } catch (ContentMismatch e) {
                upload.cancel();
                Refused refused = new Refused(ErrorCode.DIGEST_INVALID, String.valueOf(e.getMessage()));
                refused.initCause(e);
                throw refused;
            }
        }

        /** What has come of one that can be gone on with stays. */
        @Override
        public void abort() throws IOException {
            try (upload) {
                if (isWhole) {
                    upload.cancel();
                } else {
                    keep(name, upload);
                }
            }
        }
    }
}

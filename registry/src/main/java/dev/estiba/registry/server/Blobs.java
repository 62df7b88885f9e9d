package dev.estiba.registry.server;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Blobs: given out, and deleted (distribution-spec, "Pulling blobs", "Deleting Blobs"). */
final class Blobs {
    private final Shelf shelf;

    Blobs(Shelf shelf) {
        this.shelf = shelf;
    }

    /** A file that an answer is to be sent of. */
    @FunctionalInterface
    private interface Opening {
        Reply.Part open() throws IOException;
    }

    Reply get(Request request, Reference name, Digest digest) throws IOException {
        if (!shelf.hasBlob(name, digest)) {
            throw unknown(digest);
        }
        long size = shelf.store().blobs().size(digest).orElseThrow(() -> unknown(digest));
        return reply(request, digest, size, () -> {
            try {
                FileChannel file = FileChannel.open(shelf.store().blobs().path(digest), StandardOpenOption.READ);
                return new Reply.Part(file, 0, size, Arrival.COMPLETE);
            } catch (NoSuchFileException e) {
                throw unknown(digest); // it has just been collected
            }
        });
    }

    /** Of one that still comes; empty when it has just ended, well or badly. */
    Optional<Reply> get(Request request, Digest digest, Download download) throws IOException {
        Optional<Reply.Part> all = download.part();
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(reply(request, digest, all.get().length(), all::get));
    }

    private static Reply reply(Request request, Digest digest, long size, Opening opening) throws IOException {
        String tag = "\"" + digest + "\"";
        if (Conditions.isKnown(request, tag)) {
            return Reply.of(304).with("ETag", tag).with("Docker-Content-Digest", digest.toString());
        }
        Optional<Conditions.Range> range = Conditions.range(request, tag, size);
        Reply head = Reply.of(range.isEmpty() ? 200 : 206)
                .with("Content-Type", "application/octet-stream")
                .with("Docker-Content-Digest", digest.toString())
                .with("ETag", tag)
                .with("Accept-Ranges", "bytes")
                .with("Cache-Control", "max-age=31536000, immutable");
        Reply.Part all = opening.open();
        if (range.isEmpty()) {
            return head.body(all);
        }
        long first = range.get().first();
        long last = range.get().last();
        return head.with("Content-Range", "bytes " + first + "-" + last + "/" + size)
                .body(new Reply.Part(all.file(), first, last - first + 1, all.arrival()));
    }

    static Refused unknown(Digest digest) {
        return new Refused(ErrorCode.BLOB_UNKNOWN, "the repository has no blob " + digest);
    }

    Reply delete(Reference name, Digest digest) throws IOException {
        if (shelf.isPart(name, digest)) {
            throw new Refused(ErrorCode.UNSUPPORTED, "an image in the repository is made of it: delete that first");
        }
        if (!shelf.pushed(name).unlinkBlob(digest)) {
            throw unknown(digest);
        }
        return Reply.of(202);
    }
}

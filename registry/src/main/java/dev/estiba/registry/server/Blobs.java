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

    Reply get(Request request, Reference name, Digest digest) throws IOException {
        if (!shelf.hasBlob(name, digest)) {
            throw unknown(digest);
        }
        String tag = "\"" + digest + "\"";
        Reply head = Reply.of(200)
                .with("Content-Type", "application/octet-stream")
                .with("Docker-Content-Digest", digest.toString())
                .with("ETag", tag)
                .with("Accept-Ranges", "bytes")
                .with("Cache-Control", "max-age=31536000, immutable");
        if (Conditions.isKnown(request, tag)) {
            return Reply.of(304).with("ETag", tag).with("Docker-Content-Digest", digest.toString());
        }
        FileChannel file;
        try {
            file = FileChannel.open(shelf.store().blobs().path(digest), StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw unknown(digest); // it has just been collected
        }
        boolean answered = false;
        try {
            long size = file.size();
            Optional<Conditions.Range> range = Conditions.range(request, tag, size);
            Reply reply =
                    range.isEmpty() ? head.body(new Reply.Part(file, 0, size)) : partial(head, file, range.get(), size);
            answered = true;
            return reply;
        } finally {
            if (!answered) {
                file.close();
            }
        }
    }

    private static Reply partial(Reply head, FileChannel file, Conditions.Range range, long size) {
        Reply part = new Reply(206, head.headers(), head.body());
        return part.with("Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + size)
                .body(new Reply.Part(file, range.first(), range.last() - range.first() + 1));
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

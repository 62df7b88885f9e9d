package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import java.io.ByteArrayOutputStream;

/** The body of a request that is read as a whole. What it has of the memory is counted until it is released. */
final class ArrivingDocument {
    private final Documents all;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
    private int counted;

    ArrivingDocument(Documents all) {
        this.all = all;
    }

    /** @throws ApiException when it becomes too large, and when all together do */
    void add(byte[] piece) throws ApiException {
        if (bytes.size() + piece.length > Documents.LARGEST) {
            throw Responses.tooLarge();
        }
        if (!all.take(piece.length)) {
            throw Responses.tooMany();
        }
        counted += piece.length;
        bytes.writeBytes(piece);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Nobody needs it any more. */
    void release() {
        all.give(counted);
        counted = 0;
        bytes.reset();
    }
}

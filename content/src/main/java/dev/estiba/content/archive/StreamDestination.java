package dev.estiba.content.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream, of which nothing can be taken back. */
final class StreamDestination implements ArchiveDestination {
    private static final int BUFFER = 1 << 17;

    private final String name;
    private final OutputStream stream;
    private final OutputStream out;
    private final AtTheEnd atTheEnd;

    /** What becomes of the stream. */
    enum AtTheEnd {
        STAYS_OPEN,
        IS_CLOSED
    }

    StreamDestination(String name, OutputStream stream, AtTheEnd atTheEnd) {
        this.name = name;
        this.stream = stream;
        this.out = new BufferedOutputStream(stream, BUFFER);
        this.atTheEnd = atTheEnd;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void commit() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (atTheEnd == AtTheEnd.IS_CLOSED) {
            stream.close();
        }
    }
}

package dev.estiba.cli.remote;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The body of an answer, however its end is told (RFC 9112, section 6.3). Closed before its end it takes the connection
 * along, which could not be used again.
 */
final class ResponseBody extends InputStream {
    private static final long TO_THE_END = Long.MAX_VALUE;

    private final Connection connection;
    private final boolean chunked;
    private final Consumer<Connection> whenRead;
    private long left;
    private boolean begun;
    private boolean over;

    private ResponseBody(Connection connection, boolean chunked, long left, Consumer<Connection> whenRead) {
        this.connection = connection;
        this.chunked = chunked;
        this.left = left;
        this.whenRead = whenRead;
    }

    /**
     * @param whenRead takes the connection when all of the body has been read and another answer may follow
     * @param isEmpty there is none, whatever the head says
     */
    static ResponseBody of(ResponseHead head, Connection connection, Consumer<Connection> whenRead, boolean isEmpty)
            throws IOException {
        boolean chunked = !isEmpty && head.says("transfer-encoding", "chunked");
        Optional<String> length = head.header("content-length");
        boolean ends = chunked || length.isPresent() || isEmpty;
        boolean reusable = ends && !head.says("connection", "close");
        ResponseBody body = new ResponseBody(
                connection,
                chunked,
                isEmpty ? 0 : chunked ? 0 : length.isPresent() ? length(length.get()) : TO_THE_END,
                reusable ? whenRead : Connection::close);
        if (!chunked && body.left == 0) {
            body.end();
        }
        return body;
    }

    private static long length(String text) throws IOException {
        try {
            long length = Long.parseLong(text);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IOException("the daemon's answer is \"" + text + "\" bytes long", e);
        }
        throw new IOException("the daemon's answer is \"" + text + "\" bytes long");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
        if (over || most == 0) {
            return over ? -1 : 0;
        }
        if (chunked && left == 0 && !nextChunk()) {
            end();
            return -1;
        }
        int read = connection.read(to, from, (int) Math.min(most, left));
        if (read < 0) {
            over = true;
            connection.close();
            if (left != TO_THE_END) {
                throw new EOFException("the daemon's answer is cut short");
            }
            return -1;
        }
        if (left != TO_THE_END) {
            left -= read;
            if (left == 0 && !chunked) {
                end();
            }
        }
        return read;
    }

    /** RFC 9112, section 7.1. */
    private boolean nextChunk() throws IOException {
        if (begun && !connection.line().isEmpty()) {
            throw new IOException("a chunk of the daemon's answer is longer than it says");
        }
        begun = true;
        String line = connection.line();
        int end = line.indexOf(';');
        String size = (end < 0 ? line : line.substring(0, end)).strip();
        try {
            left = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            throw new IOException("a chunk of the daemon's answer is \"" + size + "\" bytes long", e);
        }
        if (left < 0) {
            throw new IOException("a chunk of the daemon's answer is \"" + size + "\" bytes long");
        }
        if (left == 0) {
            while (!connection.line().isEmpty()) {
                continue; // a trailer, which says nothing to us
            }
        }
        return left > 0;
    }

    private void end() {
        over = true;
        whenRead.accept(connection);
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            connection.close();
        }
    }
}

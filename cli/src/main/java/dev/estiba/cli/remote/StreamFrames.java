package dev.estiba.cli.remote;

import dev.estiba.api.Attachment;
import dev.estiba.api.OutputStreamName;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The output of a process as the API sends it: raw from a terminal, else in frames of a head of eight bytes (the stream, three
 * zeros, the length) and that many bytes.
 */
final class StreamFrames {
    private static final int HEAD = 8, STDERR = 2, SYSTEM_ERROR = 3, PIECE = 32 << 10;

    private final InputStream from;
    private final boolean framed;
    private long left;
    private int stream;

    StreamFrames(InputStream from, boolean framed) {
        this.from = from;
        this.framed = framed;
    }

    /** Whether an answer of this kind has frames: what a terminal shows has none. */
    static boolean areIn(ResponseHead head) {
        return !head.says("content-type", "application/vnd.docker.raw-stream");
    }

    /** Empty at the end. */
    Optional<Attachment.Output> next() throws IOException {
        while (framed && left == 0) {
            byte[] head = from.readNBytes(HEAD);
            if (head.length == 0) {
                return Optional.empty();
            }
            if (head.length < HEAD) {
                throw new EOFException("a stream ends within the head of a frame");
            }
            stream = head[0];
            left = Integer.toUnsignedLong(ByteBuffer.wrap(head).getInt(4));
            if (stream < 0 || stream > SYSTEM_ERROR) {
                throw new IOException("a frame of an unknown stream: " + stream);
            }
        }
        byte[] piece = new byte[(int) (framed ? Math.min(left, PIECE) : PIECE)];
        int read = from.read(piece);
        if (read < 0) {
            if (framed) {
                throw new EOFException("a stream ends within a frame");
            }
            return Optional.empty();
        }
        left -= framed ? read : 0;
        byte[] bytes = read == piece.length ? piece : Arrays.copyOf(piece, read);
        if (framed && stream == SYSTEM_ERROR) {
            throw new IOException("the daemon says: " + new String(bytes, StandardCharsets.UTF_8).strip());
        }
        return Optional.of(new Attachment.Output(
                framed && stream == STDERR ? OutputStreamName.STDERR : OutputStreamName.STDOUT, bytes));
    }
}

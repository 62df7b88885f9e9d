package dev.estiba.doors.docker;

import dev.estiba.api.OutputStreamName;
import java.io.IOException;
import java.io.OutputStream;

/**
 * How a container's output goes over one stream: of a terminal as it is; of two streams in frames, each with a head of eight bytes
 * (the stream, three zeros, the length, the highest byte first: Engine API, "ContainerAttach", "Stream format").
 */
record StdioFrames(OutputStream to, boolean isFramed) {
    /** From this version on the type says which of the two it is. */
    private static final int TYPED = 42;

    static final String RAW = "application/vnd.docker.raw-stream";
    static final String MULTIPLEXED = "application/vnd.docker.multiplexed-stream";

    static String contentType(ApiVersion version, boolean isFramed) {
        return isFramed && !version.isBefore(TYPED) ? MULTIPLEXED : RAW;
    }

    /** One frame goes out as a whole. */
    void write(OutputStreamName stream, byte[] bytes) throws IOException {
        if (!isFramed) {
            to.write(bytes);
            return;
        }
        byte[] frame = new byte[8 + bytes.length];
        frame[0] = (byte) (stream == OutputStreamName.STDOUT ? 1 : 2);
        frame[4] = (byte) (bytes.length >>> 24);
        frame[5] = (byte) (bytes.length >>> 16);
        frame[6] = (byte) (bytes.length >>> 8);
        frame[7] = (byte) bytes.length;
        System.arraycopy(bytes, 0, frame, 8, bytes.length);
        to.write(frame);
    }
}

package dev.estiba.cli.remote;

import dev.estiba.api.Attachment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;

/** A connection that a daemon has given over to a process's streams. */
final class RemoteAttachment implements Attachment {
    private final Connection connection;
    private final StreamFrames frames;
    private volatile boolean closed;

    /** @param connection owned */
    RemoteAttachment(Connection connection, boolean framed) {
        this.connection = connection;
        frames = new StreamFrames(new Rest(connection), framed);
    }

    private static final class Rest extends InputStream {
        private final Connection connection;

        private Rest(Connection connection) {
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int most) throws IOException {
            return connection.read(to, from, most);
        }
    }

    @Override
    public Optional<Output> next() throws IOException {
        try {
            return closed ? Optional.empty() : frames.next();
        } catch (ClosedChannelException e) {
            if (closed) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void write(byte[] input) throws IOException {
        unlessGone(() -> connection.write(ByteBuffer.wrap(input)));
    }

    @Override
    public void closeInput() throws IOException {
        unlessGone(connection::endOutput);
    }

    private interface Sending {
        void send() throws IOException;
    }

    /** Input for a process that has ended is nobody's mistake; that it has ended, who reads is told. */
    private static void unlessGone(Sending sending) throws IOException {
        try {
            sending.send();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException ended) {
            return;
        }
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
    }
}

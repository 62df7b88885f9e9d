package dev.estiba.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A descriptor as the JDK's channels are; it owns it. */
public final class FdChannel implements ByteChannel {
    private static final int CHUNK = 64 << 10;

    private final Fd fd;

    public FdChannel(Fd fd) {
        this.fd = fd;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        if (!to.hasRemaining()) {
            return 0;
        }
        byte[] bytes = FileBytes.readSome(fd, Math.min(to.remaining(), CHUNK));
        to.put(bytes);
        return bytes.length == 0 ? -1 : bytes.length;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        FileBytes.writeAll(fd, bytes);
        return bytes.length;
    }

    @Override
    public boolean isOpen() {
        return fd.isOpen();
    }

    @Override
    public void close() {
        fd.close();
    }
}

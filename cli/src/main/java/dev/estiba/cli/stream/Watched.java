package dev.estiba.cli.stream;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A caller's output that remembers that a write has failed, for those who hand it to the engine: what comes back from
 * there says only that something failed.
 */
public final class Watched extends OutputStream {
    private final OutputStream to;
    private volatile boolean isBroken;

    public Watched(OutputStream to) {
        this.to = to;
    }

    /** Whether nobody reads it any more. */
    public boolean isBroken() {
        return isBroken;
    }

    @Override
    public void write(int unit) throws IOException {
        write(new byte[] {(byte) unit}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            to.write(bytes, offset, length);
        } catch (IOException e) {
            isBroken = true;
            throw e;
        }
    }
}

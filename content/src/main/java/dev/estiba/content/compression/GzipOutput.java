package dev.estiba.content.compression;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** One member, whose header the JDK writes without a name, a time or a system: equal bytes give equal bytes. */
final class GzipOutput extends GZIPOutputStream {
    private static final int BUFFER = 1 << 16;

    GzipOutput(OutputStream out, int level) throws IOException {
        super(out, BUFFER);
        def.setLevel(level);
    }
}

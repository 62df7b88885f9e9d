package dev.estiba.content.compression;

import java.io.IOException;

/** Bytes that are packed as no layer is: in xz, bzip2 or lz4. */
public final class UnknownCompression extends IOException {
    private static final long serialVersionUID = 1;

    UnknownCompression(String name) {
        super("it is packed with " + name + "; layers are packed with gzip or zstd, or not at all");
    }
}

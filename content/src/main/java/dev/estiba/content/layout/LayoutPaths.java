package dev.estiba.content.layout;

import dev.estiba.oci.image.Digest;

/** The names of a layout's files (image-layout.md, "Content"). */
public final class LayoutPaths {
    public static final String MARKER = "oci-layout";
    public static final String INDEX = "index.json";
    public static final String BLOBS = "blobs";

    private LayoutPaths() {}

    public static String blob(Digest digest) {
        return BLOBS + "/" + digest.algorithm().word() + "/" + digest.encoded();
    }
}

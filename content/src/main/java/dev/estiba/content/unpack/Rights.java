package dev.estiba.content.unpack;

import java.nio.charset.StandardCharsets;

/** As whom a layer is unpacked. */
public enum Rights {
    /** The superuser: owners, devices and all, for an overlay that keeps its notes in {@code trusted.overlay.*}. */
    ROOT("trusted.overlay."),

    /**
     * Any other user: everything belongs to that user, devices are left out, capabilities too, and the overlay must be mounted with
     * {@code userxattr}. A whiteout is the character device 0:0 here as well, which since Linux 5.8 everybody may make.
     */
    USER("user.overlay.");

    private final String prefix;

    Rights(String prefix) {
        this.prefix = prefix;
    }

    boolean isRoot() {
        return this == ROOT;
    }

    /** The attribute that makes overlayfs show nothing of a directory's lower ones (Documentation/filesystems/overlayfs.rst). */
    byte[] opaque() {
        return (prefix + "opaque").getBytes(StandardCharsets.US_ASCII);
    }
}

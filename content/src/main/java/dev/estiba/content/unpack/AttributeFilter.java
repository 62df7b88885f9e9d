package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import java.nio.charset.StandardCharsets;

/**
 * Which extended attributes of an image a file gets: {@code user.*}, and {@code security.capability}, byte for byte. An image has no
 * say in what the host trusts, so it gets none of the others: {@code trusted.*}; {@code security.selinux} and other modules' labels,
 * which are the host's policy; {@code system.*}, lists of rights whose numbers are another host's; and of {@code user.*} not
 * {@code user.overlay.*}, overlayfs's own. What Docker, containerd and Podman write into layers, all of it is among these two.
 */
enum AttributeFilter {
    KEPT,
    /** Only root may give it, and to others it is of no use. */
    KEPT_BY_ROOT,
    REFUSED;

    private static final String USER = "user.";
    private static final String OVERLAY = "user.overlay.";
    private static final String CAPABILITY = "security.capability";

    static AttributeFilter of(TarBytes name) {
        // Latin-1: a letter for each byte, so that no name becomes another one's.
        String text = new String(name.toArray(), StandardCharsets.ISO_8859_1);
        if (text.equals(CAPABILITY)) {
            return KEPT_BY_ROOT;
        }
        return text.startsWith(USER) && text.length() > USER.length() && !text.startsWith(OVERLAY) ? KEPT : REFUSED;
    }
}

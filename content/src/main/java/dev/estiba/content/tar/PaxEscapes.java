package dev.estiba.content.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** How the names of extended attributes are written into PAX keys, which end at the first '='. */
final class PaxEscapes {
    private PaxEscapes() {}

    /** GNU tar writes %25 for '%' and %3D for '=', and leaves all else as it is. */
    static TarBytes decodeKey(String key) {
        return bytes(key.replace("%3D", "=").replace("%25", "%"));
    }

    static String encodeKey(TarBytes name) {
        return new String(name.toArray(), StandardCharsets.ISO_8859_1)
                .replace("%", "%25")
                .replace("=", "%3D");
    }

    /** libarchive writes %NN for what is no printable ASCII, and for '%' and '='; what only looks like that stays. */
    static TarBytes decodeUrl(String key) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(key.length());
        for (int i = 0; i < key.length(); i++) {
            char one = key.charAt(i);
            int high = i + 2 < key.length() ? Character.digit(key.charAt(i + 1), 16) : -1;
            int low = i + 2 < key.length() ? Character.digit(key.charAt(i + 2), 16) : -1;
            if (one == '%' && high >= 0 && low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(one);
            }
        }
        return TarBytes.owned(out.toByteArray());
    }

    private static TarBytes bytes(String latin) {
        return TarBytes.owned(latin.getBytes(StandardCharsets.ISO_8859_1));
    }
}

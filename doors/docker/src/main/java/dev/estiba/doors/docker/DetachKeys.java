package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * Looks for the keys that end an attachment in what a client types, for clients that do not do it themselves. What may be their
 * beginning is held back until that is known. Used by one thread at a time.
 */
final class DetachKeys {
    private static final String USUAL = "ctrl-p,ctrl-q";

    private final byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /** @param text as {@code ctrl-p,ctrl-q} or {@code a,b}; empty: the usual ones */
    static DetachKeys parse(String text) throws ApiException {
        String[] names = (text.isEmpty() ? USUAL : text).split(",", -1);
        byte[] keys = new byte[names.length];
        for (int i = 0; i < names.length; i++) {
            int key = key(names[i]);
            if (key < 0) {
                throw ApiException.badRequest("Invalid detach keys (" + text + ") provided");
            }
            keys[i] = (byte) key;
        }
        return new DetachKeys(keys);
    }

    private static int key(String name) {
        if (name.length() == 1 && name.charAt(0) < 0x80) {
            return name.charAt(0);
        }
        String small = name.toLowerCase(Locale.ROOT);
        if (!small.startsWith("ctrl-") || small.length() != 6) {
            return -1;
        }
        char with = small.charAt(5);
        if (with >= 'a' && with <= 'z') {
            return with - 'a' + 1;
        }
        int other = "@[\\]^_".indexOf(with);
        return other < 0 ? -1 : other == 0 ? 0 : 26 + other;
    }

    /** What of these bytes is for the container; once {@link #isComplete}, the rest is for nobody. */
    byte[] filter(byte[] typed) {
        ByteArrayOutputStream through = new ByteArrayOutputStream(typed.length + keys.length);
        for (int i = 0; i < typed.length && !isComplete(); i++) {
            if (typed[i] == keys[matched]) {
                matched++;
                continue;
            }
            through.write(keys, 0, matched);
            matched = typed[i] == keys[0] ? 1 : 0;
            if (matched == 0) {
                through.write(typed[i]);
            }
        }
        return through.toByteArray();
    }

    boolean isComplete() {
        return matched == keys.length;
    }

    /** What was held back, when nothing more comes. */
    byte[] rest() {
        return isComplete() ? new byte[0] : Arrays.copyOf(keys, matched);
    }
}

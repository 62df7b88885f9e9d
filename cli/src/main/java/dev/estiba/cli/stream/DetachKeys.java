package dev.estiba.cli.stream;

import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import java.io.ByteArrayOutputStream;
import java.util.Locale;

/** Looks for a sequence of keys in what is typed. What may be its beginning is held back until that is known. */
public final class DetachKeys {
    private static final String DEFAULT = "ctrl-p,ctrl-q";

    private final byte[] keys;
    private int matched;

    /** @param text as {@code ctrl-p,ctrl-q} or {@code a,b}; empty: the default one */
    public DetachKeys(String text) throws BadValue {
        String[] names = (text.isEmpty() ? DEFAULT : text).split(",", -1);
        keys = new byte[names.length];
        for (int i = 0; i < names.length; i++) {
            keys[i] = key(names[i]);
        }
    }

    private static byte key(String name) throws BadValue {
        String small = name.toLowerCase(Locale.ROOT);
        if (name.length() == 1 && name.charAt(0) < 0x80) {
            return (byte) name.charAt(0);
        }
        if (small.startsWith("ctrl-") && small.length() == 6) {
            char with = small.charAt(5);
            int code = with >= 'a' && with <= 'z' ? with - 'a' + 1 : with == '@' ? 0 : 27 + "[\\]^_".indexOf(with);
            if (code != 26 || with == 'z') {
                return (byte) code;
            }
        }
        throw new BadValue("Unknown character: '" + name + "'");
    }

    /** The flag that every command has which can be detached from. */
    public static Flag flag() {
        return Flag.text("detach-keys", "The keys that leave it running: ctrl-p,ctrl-q")
                .check(value -> {
                    if (!value.isEmpty()) {
                        new DetachKeys(value).rest();
                    }
                    return value;
                });
    }

    /** What of these bytes is for the container; once {@link #isComplete}, the rest is for nobody. */
    public byte[] filter(byte[] typed, int length) {
        ByteArrayOutputStream through = new ByteArrayOutputStream(length + keys.length);
        for (int i = 0; i < length && !isComplete(); i++) {
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

    public boolean isComplete() {
        return matched == keys.length;
    }

    /** What was held back, when nothing more comes. */
    public byte[] rest() {
        byte[] rest = new byte[isComplete() ? 0 : matched];
        System.arraycopy(keys, 0, rest, 0, rest.length);
        return rest;
    }
}

package dev.estiba.runtime.compile;

import java.nio.charset.StandardCharsets;

/** A container's user database as bytes (passwd(5)); hostile, so every line that is none is passed over. */
public final class Passwd {
    private static final int FIELDS = 7;

    private Passwd() {}

    /** The home of the first user with that number; "/" when there is none (as runc). */
    public static String home(byte[] passwd, long uid) {
        String wanted = Long.toString(uid);
        for (String line : new String(passwd, StandardCharsets.UTF_8).split("\n")) {
            String[] fields = line.split(":", FIELDS);
            if (fields.length >= FIELDS - 1 && fields[2].strip().equals(wanted) && clean(fields[5])) {
                return fields[5];
            }
        }
        return "/";
    }

    private static boolean clean(String home) {
        return !home.isEmpty() && home.chars().allMatch(c -> c >= ' ');
    }
}

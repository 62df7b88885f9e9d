package dev.estiba.runtime.command;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The host's users: passwd(5). */
final class Users {
    private static final int UID_FIELD = 2;

    private Users() {}

    /** Names by number; of two with one number the first counts, as getpwuid(3) finds it. */
    static Map<Long, String> names(byte[] passwd) {
        Map<Long, String> names = new HashMap<>();
        for (String line : new String(passwd, StandardCharsets.UTF_8).split("\n")) {
            String[] fields = line.split(":");
            if (fields.length > UID_FIELD && fields[UID_FIELD].matches("\\d{1,10}")) {
                names.putIfAbsent(Long.parseLong(fields[UID_FIELD]), fields[0]);
            }
        }
        return names;
    }
}

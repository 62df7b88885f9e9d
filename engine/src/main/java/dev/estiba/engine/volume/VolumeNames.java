package dev.estiba.engine.volume;

import dev.estiba.api.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a volume may be called; only what passes here ever becomes a part of a path. */
public final class VolumeNames {
    /** What marks a volume that nobody has named: moby, volume/service. */
    public static final String ANONYMOUS = "com.docker.volume.anonymous";

    /** moby, daemon/names: RestrictedNamePattern. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    /** NAME_MAX: it is a directory's. */
    private static final int LONGEST = 255;

    private VolumeNames() {}

    /** @throws ApiException 400 in Docker's words, for what is no name */
    public static String check(String name) throws ApiException {
        if (name.length() == 1) {
            throw ApiException.badRequest("create " + name
                    + ": volume name is too short, names should be at least two alphanumeric characters");
        }
        if (!isName(name)) {
            String shown = name.replace('\0', '?');
            throw ApiException.badRequest("create " + shown + ": \"" + shown
                    + "\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed."
                    + " If you intended to pass a host directory, use absolute path");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw ApiException.badRequest("create " + name.substring(0, 20) + "...: a volume's name has "
                    + name.length() + " characters, and " + LONGEST + " is the most");
        }
        return name;
    }

    /** Whether a volume could be called so. */
    static boolean isName(String name) {
        return name.length() > 1 && NAME.matcher(name).matches();
    }
}

package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When images are taken away without being asked, and which. Of one store, so it is a file beside it and not in somebody's environment:
 * lines of {@code NAME = VALUE}, {@code #} begins a comment.
 *
 * @param which who may go
 * @param budget how much of the disk images may have, in bytes; empty: as long as the disk has room
 */
record CollectionPolicy(Which which, OptionalLong budget) {
    static final CollectionPolicy USUAL = new CollectionPolicy(Which.UNNAMED, OptionalLong.empty());
    /** {@code 50GB}, {@code 1.5TiB}. */
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(?:\\.(\\d))?\\s*([kKMGT]?)(i?)[bB]?");

    private static final Map<String, Integer> POWERS = Map.of("", 0, "k", 1, "K", 1, "M", 2, "G", 3, "T", 4);

    enum Which {
        /** Nobody. */
        NONE,
        /** What no name stands for, and no container is made of. */
        UNNAMED,
        /** When that is not enough, also what has a name and was not used for a month. */
        LEAST_RECENTLY_USED
    }

    /** @throws ApiException in words for a person, when it cannot be understood: then nothing is taken away */
    static CollectionPolicy read(Path file) throws IOException {
        CollectionPolicy policy = USUAL;
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return policy;
        }
        for (String line :
                text.lines().map(each -> each.replaceFirst("#.*", "").strip()).toList()) {
            if (!line.isEmpty()) {
                policy = policy.with(file, line);
            }
        }
        return policy;
    }

    private CollectionPolicy with(Path file, String line) throws ApiException {
        int equals = line.indexOf('=');
        String name = equals < 0 ? line : line.substring(0, equals).strip();
        String value = equals < 0 ? "" : line.substring(equals + 1).strip();
        return switch (name) {
            case "policy" ->
                switch (value) {
                    case "off" -> new CollectionPolicy(Which.NONE, budget);
                    case "unnamed" -> new CollectionPolicy(Which.UNNAMED, budget);
                    case "lru" -> new CollectionPolicy(Which.LEAST_RECENTLY_USED, budget);
                    default -> throw refused(file, line, "a policy is off, unnamed or lru");
                };
            case "budget" -> new CollectionPolicy(which, OptionalLong.of(bytes(file, line, value)));
            default -> throw refused(file, line, "there are policy and budget");
        };
    }

    private static long bytes(Path file, String line, String value) throws ApiException {
        Matcher size = SIZE.matcher(value);
        if (!size.matches()) {
            throw refused(file, line, "a budget is a size, such as 50GB");
        }
        long unit = 1;
        for (int i = 0; i < POWERS.getOrDefault(size.group(3), 0); i++) {
            unit *= size.group(4).isEmpty() ? 1000 : 1024;
        }
        long tenths = size.group(2) == null ? 0 : Long.parseLong(size.group(2));
        return Math.addExact(Math.multiplyExact(Long.parseLong(size.group(1)), unit), unit * tenths / 10);
    }

    private static ApiException refused(Path file, String line, String why) {
        return ApiException.serverError(file + ": \"" + line + "\" cannot be understood: " + why);
    }
}

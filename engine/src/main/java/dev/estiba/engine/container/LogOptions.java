package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.LogConfig;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * {@code --log-opt} of the driver json-file.
 *
 * @param maxSize in bytes; 0: it grows
 * @param maxFiles the live one included
 */
record LogOptions(long maxSize, int maxFiles) {
    /** Where nothing is said: a log never fills the disk. */
    static final LogOptions USUAL = new LogOptions(10 << 20, 3);

    /** @throws IllegalArgumentException never after {@link #check} */
    static LogOptions of(LogConfig config) {
        try {
            return check(config);
        } catch (ApiException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** @throws ApiException 400 in Docker's words */
    static LogOptions check(LogConfig config) throws ApiException {
        if (config.config().isEmpty()) {
            return USUAL;
        }
        long maxSize = 0;
        int maxFiles = 1;
        for (Map.Entry<String, String> option : config.config().entrySet()) {
            switch (option.getKey()) {
                case "max-size" -> maxSize = size(option.getValue());
                case "max-file" -> maxFiles = files(option.getValue());
                case "mode", "max-buffer-size", "labels", "labels-regex", "env", "env-regex", "tag", "compress" ->
                    throw ApiException.notImplemented("the log option " + option.getKey() + " is not built yet");
                default ->
                    throw ApiException.badRequest("unknown log opt '" + option.getKey() + "' for json-file log driver");
            }
        }
        if (maxSize == 0 && maxFiles > 1) {
            throw ApiException.badRequest("cannot set max-file without max-size");
        }
        return new LogOptions(maxSize, maxFiles);
    }

    private static int files(String text) throws ApiException {
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1) {
            throw ApiException.badRequest("max-file cannot be less than 1");
        }
        return Integer.parseInt(text);
    }

    private static long size(String text) throws ApiException {
        String lower = text.toLowerCase(Locale.ROOT).replaceAll("i?b$", "");
        if (!lower.matches("[0-9]{1,12}[kmgt]?")) {
            throw ApiException.badRequest("invalid size: '" + text + "'");
        }
        int shift = switch (lower.charAt(lower.length() - 1)) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            case 't' -> 40;
            default -> 0;
        };
        long number = Long.parseLong(shift == 0 ? lower : lower.substring(0, lower.length() - 1));
        if (number <= 0) {
            throw ApiException.badRequest("max-size must be a positive number");
        }
        if (number > Long.MAX_VALUE >> shift) {
            throw ApiException.badRequest("invalid size: '" + text + "'");
        }
        return number << shift;
    }

    /** Where a container's log is. */
    static Path path(Path data, String id) {
        return data.resolve(id + "-json.log");
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.LogConfig;
import dev.estiba.engine.log.LogDriver;
import dev.estiba.engine.log.LogTag;
import dev.estiba.engine.log.SyslogAddress;
import dev.estiba.engine.log.SyslogLayout;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What {@code --log-driver} and {@code --log-opt} say of a container's log file. Whatever the driver is, but for {@code none}, its
 * monitor writes that file, and {@code logs} reads it; what else a driver does with it is done by who follows it.
 *
 * @param maxSize in bytes; 0: it grows
 * @param maxFiles the live one included
 * @param compress whether all but the live one are packed
 */
record LogOptions(LogDriver driver, long maxSize, int maxFiles, boolean compress) {
    /** Where nothing is said: a log never fills the disk. */
    static final LogOptions USUAL = new LogOptions(LogDriver.JSON_FILE, 10 << 20, 3, false);

    /** What dockerd's local driver has, and its cache in front of drivers that cannot be read. */
    private static final long LOCAL_SIZE = 20 << 20;

    private static final int LOCAL_FILES = 5;

    private static final Set<String> ALL = Set.of("mode", "max-buffer-size");
    private static final Set<String> ATTRIBUTES = Set.of("labels", "labels-regex", "env", "env-regex", "tag");
    private static final Set<String> ROTATION = Set.of("max-size", "max-file", "compress");
    private static final Set<String> CACHE =
            Set.of("cache-disabled", "cache-max-size", "cache-max-file", "cache-compress");
    private static final Set<String> SYSLOG = Set.of("syslog-address", "syslog-facility", "syslog-format");
    private static final Set<String> SYSLOG_TLS =
            Set.of("syslog-tls-ca-cert", "syslog-tls-cert", "syslog-tls-key", "syslog-tls-skip-verify");

    /** @throws IllegalArgumentException never after {@link #check} */
    static LogOptions of(LogConfig config) {
        try {
            return check(config);
        } catch (ApiException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** @throws ApiException 400 in Docker's words, 501 for what is not built yet */
    static LogOptions check(LogConfig config) throws ApiException {
        LogDriver driver = LogDriver.of(config.type());
        Map<String, String> options = config.config();
        if (driver == LogDriver.NONE) {
            return new LogOptions(driver, 0, 1, false);
        }
        mode(options);
        for (String name : options.keySet()) {
            known(driver, name);
        }
        String disabled = options.getOrDefault("cache-disabled", "");
        if (!disabled.isEmpty() && !disabled.matches("1|t|T|TRUE|true|True|0|f|F|FALSE|false|False")) {
            throw ApiException.badRequest("invalid value for option cache-disabled: " + disabled);
        }
        LogTag.check(options.getOrDefault("tag", ""));
        regex(options, "labels-regex");
        regex(options, "env-regex");
        return switch (driver) {
            case NONE, JSON_FILE -> rotated(options, USUAL, "");
            case LOCAL -> rotated(options, new LogOptions(driver, LOCAL_SIZE, LOCAL_FILES, true), "");
            case JOURNALD -> rotated(options, new LogOptions(driver, LOCAL_SIZE, LOCAL_FILES, false), "cache-");
            case SYSLOG -> {
                SyslogAddress.parse(options.getOrDefault("syslog-address", ""));
                SyslogLayout.of(options);
                yield rotated(options, new LogOptions(driver, LOCAL_SIZE, LOCAL_FILES, false), "cache-");
            }
        };
    }

    /** Our file never makes a container wait, so both modes are the same. */
    private static void mode(Map<String, String> options) throws ApiException {
        String mode = options.getOrDefault("mode", "");
        if (!Set.of("", "blocking", "non-blocking").contains(mode)) {
            throw ApiException.badRequest("logger: logging mode not supported: " + mode);
        }
        if (options.containsKey("max-buffer-size")) {
            if (!mode.equals("non-blocking")) {
                throw ApiException.badRequest(
                        "logger: max-buffer-size option is only supported with 'mode=non-blocking'");
            }
            try {
                size("max-buffer-size", options.getOrDefault("max-buffer-size", ""));
            } catch (ApiException e) {
                throw ApiException.badRequest("error parsing option max-buffer-size: " + e.message());
            }
        }
    }

    private static void known(LogDriver driver, String name) throws ApiException {
        if (driver == LogDriver.SYSLOG && SYSLOG_TLS.contains(name)) {
            throw ApiException.notImplemented("the log option " + name + " is not built yet");
        }
        boolean isKnown = ALL.contains(name)
                || switch (driver) {
                    case NONE -> true;
                    case JSON_FILE -> ROTATION.contains(name) || ATTRIBUTES.contains(name);
                    case LOCAL -> ROTATION.contains(name);
                    case JOURNALD -> ATTRIBUTES.contains(name) || CACHE.contains(name);
                    case SYSLOG -> ATTRIBUTES.contains(name) || CACHE.contains(name) || SYSLOG.contains(name);
                };
        if (!isKnown) {
            throw ApiException.badRequest("unknown log opt '" + name + "' for "
                    + (driver == LogDriver.LOCAL ? "log driver local" : driver.word() + " log driver"));
        }
    }

    private static void regex(Map<String, String> options, String name) throws ApiException {
        try {
            Pattern.compile(options.getOrDefault(name, ""));
        } catch (PatternSyntaxException e) {
            throw ApiException.badRequest("invalid " + name + ": " + e.getDescription());
        }
    }

    private static LogOptions rotated(Map<String, String> options, LogOptions usual, String prefix)
            throws ApiException {
        boolean isSized = options.containsKey(prefix + "max-size");
        boolean isCounted = options.containsKey(prefix + "max-file");
        long maxSize = isSized ? size("max-size", options.getOrDefault(prefix + "max-size", "")) : 0;
        int maxFiles = isCounted ? files(options.getOrDefault(prefix + "max-file", "")) : 1;
        String compressed = options.getOrDefault(prefix + "compress", "");
        boolean compress = compressed.isEmpty() ? usual.compress() : bool(prefix + "compress", compressed);
        if (usual.driver() != LogDriver.JSON_FILE || !isSized) {
            maxSize = isSized ? maxSize : usual.maxSize(); // also where dockerd's would grow without an end
            maxFiles = isCounted ? maxFiles : usual.maxFiles();
        }
        if (!compressed.isEmpty() && compress && (maxSize == 0 || maxFiles == 1)) {
            throw ApiException.badRequest(
                    usual.driver() == LogDriver.JSON_FILE
                            ? "compress cannot be true when max-file is less than 2 or max-size is not set"
                            : "compression cannot be enabled when max file count is 1");
        }
        return new LogOptions(usual.driver(), maxSize, maxFiles, compress && maxFiles > 1);
    }

    private static boolean bool(String name, String text) throws ApiException {
        return switch (text) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default -> throw ApiException.badRequest("invalid " + name + ": '" + text + "'");
        };
    }

    private static int files(String text) throws ApiException {
        if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1) {
            throw ApiException.badRequest("max-file cannot be less than 1");
        }
        return Integer.parseInt(text);
    }

    private static long size(String name, String text) throws ApiException {
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
            throw ApiException.badRequest(name + " must be a positive number");
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

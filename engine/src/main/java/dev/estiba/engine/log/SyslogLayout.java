package dev.estiba.engine.log;

import dev.estiba.api.ApiException;
import dev.estiba.api.OutputStreamName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a line looks in a syslog message: as dockerd's formatters of srslog write it, a line feed at the end. Times are UTC; RFC 3164's
 * have no zone.
 *
 * @param facility RFC 5424, 6.2.1
 */
public record SyslogLayout(int facility, Format format) {
    private static final List<String> FACILITIES = List.of(
            "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp");
    private static final int LOCAL0 = 16;
    private static final int DAEMON = 3;
    private static final int ERROR = 3;
    private static final int INFO = 6;
    private static final DateTimeFormatter STAMP = of("MMM ppd HH:mm:ss");
    private static final DateTimeFormatter SECONDS = of("uuuu-MM-dd'T'HH:mm:ssXXX");
    private static final DateTimeFormatter MICROS = of("uuuu-MM-dd'T'HH:mm:ss.SSSSSSXXX");

    /** {@code --log-opt syslog-format}. */
    enum Format {
        UNIX,
        RFC3164,
        RFC5424,
        RFC5424_MICRO
    }

    private static DateTimeFormatter of(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
    }

    /** @throws ApiException 400 in dockerd's words */
    public static SyslogLayout of(Map<String, String> options) throws ApiException {
        Format format = switch (options.getOrDefault("syslog-format", "")) {
            case "" -> Format.UNIX;
            case "rfc3164" -> Format.RFC3164;
            case "rfc5424" -> Format.RFC5424;
            case "rfc5424micro" -> Format.RFC5424_MICRO;
            default -> throw ApiException.badRequest("Invalid syslog format");
        };
        return new SyslogLayout(facility(options.getOrDefault("syslog-facility", "")), format);
    }

    private static int facility(String word) throws ApiException {
        if (word.isEmpty()) {
            return DAEMON;
        }
        if (FACILITIES.contains(word)) {
            return FACILITIES.indexOf(word);
        }
        if (word.matches("local[0-7]")) {
            return LOCAL0 + word.charAt(5) - '0';
        }
        if (word.matches("[0-9]{1,2}") && Integer.parseInt(word) < LOCAL0 + 8) {
            return Integer.parseInt(word);
        }
        throw ApiException.badRequest("invalid syslog facility");
    }

    /**
     * @param pid what stands for the process: dockerd's own there, the daemon's here
     * @param text without its line feed
     */
    String message(OutputStreamName stream, Instant time, String host, String tag, long pid, String text) {
        int priority = facility * 8 + (stream == OutputStreamName.STDERR ? ERROR : INFO);
        return switch (format) {
            case UNIX -> "<" + priority + ">" + STAMP.format(time) + " " + tag + "[" + pid + "]: " + text + "\n";
            case RFC3164 ->
                "<" + priority + ">" + STAMP.format(time) + " " + host + " " + tag + "[" + pid + "]: " + text + "\n";
            case RFC5424 -> modern(priority, SECONDS.format(time), host, tag, pid, text);
            case RFC5424_MICRO -> modern(priority, MICROS.format(time), host, tag, pid, text);
        };
    }

    private static String modern(int priority, String time, String host, String tag, long pid, String text) {
        return "<" + priority + ">1 " + time + " " + host + " " + tag + " " + pid + " " + tag + " - " + text + "\n";
    }
}

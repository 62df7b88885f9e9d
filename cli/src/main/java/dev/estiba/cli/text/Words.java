package dev.estiba.cli.text;

import dev.estiba.api.Port;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Numbers and lists in the words that Docker's tables have for them. */
public final class Words {
    /** units.HumanSize's, for progress and sums. */
    public static final int DIGITS_OF_PROGRESS = 4;

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

    private Words() {}

    /** units.HumanDuration: "Less than a second", "5 minutes", "About an hour". */
    public static String duration(Duration time) {
        long seconds = time.toSeconds();
        long minutes = time.toMinutes();
        long hours = Math.round(time.toMillis() / 3_600_000.0);
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        return hours < 24 * 365 * 2 ? hours / 24 / 30 + " months" : hours / 24 / 365 + " years";
    }

    /** units.HumanSizeWithPrecision(3): 1.5kB, 12MB. */
    public static String size(long bytes) {
        return size(bytes, 3);
    }

    /** units.HumanSizeWithPrecision: 1.234MB with four digits. */
    public static String size(long bytes, int digits) {
        double size = bytes;
        int unit = 0;
        while (size >= 1000 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        BigDecimal rounded = new BigDecimal(size, new MathContext(digits)).stripTrailingZeros();
        return rounded.toPlainString() + UNITS[unit];
    }

    /** Without what would move a terminal's cursor, or break a line: such text may come from an image's author. */
    public static String printable(String text) {
        return text.codePoints().noneMatch(Character::isISOControl)
                ? text
                : text.codePoints()
                        .map(each -> Character.isISOControl(each) ? ' ' : each)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    /** The first characters of a text that is too long, and a mark that something is missing. */
    public static String ellipsis(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }

    /** Ports as {@code ps} lists them: 0.0.0.0:8080->80/tcp, 90/tcp. */
    public static String ports(List<Port> ports) {
        Comparator<Port> order = Comparator.comparingInt(Port::privatePort)
                .thenComparing(Port::ip)
                .thenComparingInt(Port::publicPort)
                .thenComparing(Port::type);
        List<String> words = new ArrayList<>();
        for (Port port : ports.stream().sorted(order).toList()) {
            String inside = port.privatePort() + "/" + port.type();
            String address = port.ip().indexOf(':') >= 0 ? "[" + port.ip() + "]" : port.ip();
            words.add(port.publicPort() == 0 ? inside : address + ":" + port.publicPort() + "->" + inside);
        }
        return String.join(", ", words);
    }
}

package dev.estiba.cli.flag;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values that are numbers, read as Go's strconv, time and docker/go-units read them; all are handed out in plain digits. */
public final class Numbers {
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]*\\.?[0-9]*)(ns|us|µs|μs|ms|s|m|h)");

    private Numbers() {}

    /** strconv.ParseBool. */
    public static String bool(String value) throws BadValue {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> "true";
            case "0", "f", "F", "false", "FALSE", "False" -> "false";
            default -> throw new BadValue("strconv.ParseBool: parsing " + Quote.go(value) + ": invalid syntax");
        };
    }

    /** A signed number of 64 bits; 0x, 0o, 0b and a leading 0 say its base. */
    public static String whole(String value) throws BadValue {
        return inside(value, Long.MIN_VALUE, Long.MAX_VALUE, "ParseInt");
    }

    /** An unsigned number of 16 bits. */
    public static String uint16(String value) throws BadValue {
        if (value.startsWith("-") || value.startsWith("+")) {
            throw new BadValue("strconv.ParseUint: parsing " + Quote.go(value) + ": invalid syntax");
        }
        return inside(value, 0, 0xffff, "ParseUint");
    }

    /** A number that is not below 0. */
    public static String unsigned(String value) throws BadValue {
        if (value.startsWith("-") || value.startsWith("+")) {
            throw new BadValue("strconv.ParseUint: parsing " + Quote.go(value) + ": invalid syntax");
        }
        return inside(value, 0, Long.MAX_VALUE, "ParseUint");
    }

    private static String inside(String value, long least, long most, String call) throws BadValue {
        BigInteger number;
        try {
            number = basedNumber(value);
        } catch (NumberFormatException e) {
            throw new BadValue("strconv." + call + ": parsing " + Quote.go(value) + ": invalid syntax");
        }
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new BadValue("strconv." + call + ": parsing " + Quote.go(value) + ": value out of range");
        }
        return number.toString();
    }

    private static BigInteger basedNumber(String value) {
        String digits = value.startsWith("-") || value.startsWith("+") ? value.substring(1) : value;
        if (digits.length() > 80 || digits.startsWith("-") || digits.startsWith("+")) {
            throw new NumberFormatException();
        }
        String small = digits.toLowerCase(Locale.ROOT);
        BigInteger number;
        if (small.startsWith("0x")) {
            number = new BigInteger(small.substring(2), 16);
        } else if (small.startsWith("0o")) {
            number = new BigInteger(small.substring(2), 8);
        } else if (small.startsWith("0b")) {
            number = new BigInteger(small.substring(2), 2);
        } else if (small.length() > 1 && small.startsWith("0")) {
            number = new BigInteger(small, 8);
        } else {
            number = new BigInteger(small);
        }
        return value.startsWith("-") ? number.negate() : number;
    }

    /** A size as {@code units.RAMInBytes} reads it: 64m, 1.5 GiB, 1024. */
    public static String bytes(String value) throws BadValue {
        int last = -1;
        for (int i = 0; i < value.length(); i++) {
            if ("0123456789. ".indexOf(value.charAt(i)) >= 0) {
                last = i;
            }
        }
        if (last < 0) {
            throw new BadValue("invalid size: '" + value + "'");
        }
        String number = value.charAt(last) == ' ' ? value.substring(0, last) : value.substring(0, last + 1);
        String suffix = value.substring(last + 1).toLowerCase(Locale.ROOT);
        BigDecimal size;
        try {
            size = decimal(number);
        } catch (NumberFormatException e) {
            throw new BadValue("strconv.ParseFloat: parsing " + Quote.go(number) + ": invalid syntax");
        }
        if (size.signum() < 0) {
            throw new BadValue("invalid size: '" + value + "'");
        }
        BigDecimal all = size.multiply(BigDecimal.valueOf(factor(suffix)));
        return all.min(BigDecimal.valueOf(Long.MAX_VALUE)).toBigInteger().toString();
    }

    private static BigDecimal decimal(String number) {
        if (number.length() > 40 || number.indexOf('e') >= 0 || number.indexOf('E') >= 0) {
            throw new NumberFormatException();
        }
        return new BigDecimal(number);
    }

    private static long factor(String suffix) throws BadValue {
        if (suffix.isEmpty() || suffix.equals("b")) {
            return 1;
        }
        int power = "kmgtp".indexOf(suffix.charAt(0)) + 1;
        String rest = suffix.substring(1);
        if (power == 0 || !(rest.isEmpty() || rest.equals("b") || rest.equals("ib"))) {
            throw new BadValue("invalid suffix: '" + suffix + "'");
        }
        return 1L << (10 * power);
    }

    /** As {@link #bytes}, or -1 for no limit. */
    public static String swapBytes(String value) throws BadValue {
        return value.equals("-1") ? value : bytes(value);
    }

    /** Processors, as a decimal number; in billionths. */
    public static String nanoCpus(String value) throws BadValue {
        BigDecimal nano;
        try {
            nano = decimal(value).movePointRight(9);
        } catch (NumberFormatException e) {
            throw new BadValue("failed to parse " + value + " as a rational number");
        }
        try {
            return Long.toString(nano.longValueExact());
        } catch (ArithmeticException e) {
            throw new BadValue("value is too precise");
        }
    }

    /** time.ParseDuration, in nanoseconds. */
    public static String duration(String value) throws BadValue {
        boolean isNegative = value.startsWith("-");
        String rest = isNegative || value.startsWith("+") ? value.substring(1) : value;
        if (rest.equals("0")) {
            return "0";
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher part = DURATION_PART.matcher(rest);
        int at = 0;
        while (part.find() && part.start() == at && part.group(1).chars().anyMatch(Character::isDigit)) {
            sum = sum.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit(part.group(2)))));
            at = part.end();
        }
        if (rest.isEmpty() || at != rest.length() || sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new BadValue(durationProblem(value, rest));
        }
        return (isNegative ? sum.negate() : sum).toBigInteger().toString();
    }

    private static String durationProblem(String value, String rest) {
        boolean isNumber = !rest.isEmpty() && rest.chars().allMatch(Character::isDigit);
        String problem = isNumber ? "missing unit in duration " : "invalid duration ";
        return "time: " + problem + Quote.go(value);
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
    }
}

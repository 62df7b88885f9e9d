package dev.estiba.cli.create;

import dev.estiba.api.Ulimit;
import dev.estiba.cli.flag.BadValue;
import java.util.Set;

/** {@code --ulimit}: {@code NAME=SOFT[:HARD]}. */
final class Limits {
    private static final Set<String> NAMES = Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    private Limits() {}

    static String check(String value) throws BadValue {
        read(value);
        return value;
    }

    static Ulimit read(String value) throws BadValue {
        Pair pair = Pair.cut(value, '=');
        if (!pair.isCut()) {
            throw new BadValue("invalid ulimit argument: " + value);
        }
        if (!NAMES.contains(pair.before())) {
            throw new BadValue("invalid ulimit type: " + pair.before());
        }
        String[] limits = pair.after().split(":", -1);
        if (limits.length > 2) {
            throw new BadValue(
                    "too many limit value arguments - " + pair.after() + ", can only have up to two, `soft[:hard]`");
        }
        long soft = number(limits[0]);
        long hard = limits.length == 2 ? number(limits[1]) : soft;
        if (hard != -1 && soft == -1) {
            throw new BadValue("ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited),"
                    + " hard: " + hard);
        }
        if (hard != -1 && soft > hard) {
            throw new BadValue("ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
        }
        return new Ulimit(pair.before(), hard, soft);
    }

    private static long number(String text) throws BadValue {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BadValue("strconv.ParseInt: parsing " + dev.estiba.cli.flag.Quote.go(text) + ": invalid syntax");
        }
    }
}

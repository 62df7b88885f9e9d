package dev.estiba.engine.spec;

import dev.estiba.engine.store.IdRanges.Range;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The ids that {@code --userns auto} may give out: what /etc/subuid and /etc/subgid (subuid(5)) lend to {@code estiba}, or to
 * {@code containers}, as podman has it. Where neither has a line: {@link #USUAL}, but for what is lent to somebody.
 *
 * @param ranges in the order in which they are given out
 * @param origin for a message
 */
public record IdPool(List<Range> ranges, String origin) {
    /** 1879048192 to 2147483647: the last ids that are no negative numbers anywhere, of which systemd says that nobody has them. */
    static final Range USUAL = new Range(0x70000000L, 0x10000000L);

    private static final int PARTS = 3;

    public IdPool {
        ranges = List.copyOf(ranges);
    }

    public static IdPool read() throws IOException {
        return of(text("/etc/subuid"), text("/etc/subgid"));
    }

    private static String text(String file) throws IOException {
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    static IdPool of(String subuid, String subgid) {
        for (String name : List.of("estiba", "containers")) {
            List<Range> both = intersection(lent(subuid, name), lent(subgid, name));
            if (!both.isEmpty()) {
                return new IdPool(both, "what /etc/subuid and /etc/subgid lend to " + name);
            }
        }
        List<Range> others = new ArrayList<>(lent(subuid, ""));
        others.addAll(lent(subgid, ""));
        return new IdPool(
                without(USUAL, others),
                "the ids from " + USUAL.first() + " to " + (USUAL.first() + USUAL.count() - 1)
                        + " (a line \"containers:FIRST:COUNT\" in /etc/subuid and /etc/subgid lends others)");
    }

    /** @param name whose lines; empty: everybody's */
    private static List<Range> lent(String text, String name) {
        List<Range> all = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] fields = line.strip().split(":", -1);
            if (fields.length == PARTS
                    && (name.isEmpty() || fields[0].equals(name))
                    && fields[1].matches("[0-9]{1,10}")
                    && fields[2].matches("[1-9][0-9]{0,9}")) {
                all.add(new Range(Long.parseLong(fields[1]), Long.parseLong(fields[2])));
            }
        }
        return all;
    }

    private static List<Range> intersection(List<Range> some, List<Range> others) {
        List<Range> both = new ArrayList<>();
        for (Range one : some) {
            for (Range other : others) {
                long first = Math.max(one.first(), other.first());
                long end = Math.min(one.first() + one.count(), other.first() + other.count());
                if (first < end) {
                    both.add(new Range(first, end - first));
                }
            }
        }
        return both;
    }

    private static List<Range> without(Range whole, List<Range> taken) {
        List<Range> left = new ArrayList<>();
        long at = whole.first();
        long end = whole.first() + whole.count();
        for (Range each :
                taken.stream().sorted(Comparator.comparingLong(Range::first)).toList()) {
            if (each.first() > at && each.first() < end) {
                left.add(new Range(at, each.first() - at));
            }
            at = Math.max(at, each.first() + each.count());
        }
        if (at < end) {
            left.add(new Range(at, end - at));
        }
        return left;
    }
}

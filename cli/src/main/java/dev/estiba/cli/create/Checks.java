package dev.estiba.cli.create;

import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Numbers;
import dev.estiba.cli.flag.Quote;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What Docker's command refuses already when it reads a flag. */
final class Checks {
    private static final Set<String> KERNEL_SYSCTLS = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");
    private static final Set<String> STREAMS = Set.of("stdin", "stdout", "stderr");
    private static final Pattern DEVICE_RULE = Pattern.compile("[acb] ([0-9]+|\\*):([0-9]+|\\*) [rwm]{1,3}");
    private static final Pattern DOMAIN = Pattern.compile("(?:[a-zA-Z0-9](?:[-\\w]*[a-zA-Z0-9])?\\.?)+");
    private static final Pattern MAC = Pattern.compile(
            "[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}([:-][0-9a-fA-F]{2}){0,2}|([0-9a-fA-F]{4}\\.){2,3}[0-9a-fA-F]{4}");

    private Checks() {}

    static String stream(String value) throws BadValue {
        String small = value.toLowerCase(Locale.ROOT);
        if (!STREAMS.contains(small)) {
            throw new BadValue("valid streams are STDIN, STDOUT and STDERR");
        }
        return small;
    }

    static String variable(String value) throws BadValue {
        if (Pair.cut(value, '=').before().isEmpty()) {
            throw new BadValue("invalid environment variable: " + value);
        }
        return value;
    }

    static String label(String value) throws BadValue {
        String key = Pair.cut(value, '=').before();
        if (key.isBlank()) {
            throw new BadValue("invalid label '" + value + "': empty name");
        }
        if (key.chars().anyMatch(Character::isWhitespace)) {
            throw new BadValue("label '" + value + "' contains whitespaces");
        }
        return value;
    }

    static String sysctl(String value) throws BadValue {
        String name = Pair.cut(value, '=').before();
        boolean isKnown = Pair.cut(value, '=').isCut()
                && (KERNEL_SYSCTLS.contains(name) || name.startsWith("net.") || name.startsWith("fs.mqueue."));
        if (!isKnown) {
            throw new BadValue("sysctl '" + value + "' is not allowed");
        }
        return value;
    }

    static String deviceRule(String value) throws BadValue {
        if (!DEVICE_RULE.matcher(value).matches()) {
            throw new BadValue("invalid device cgroup format '" + value + "'");
        }
        return value;
    }

    static String address(String value) throws BadValue {
        if (!Addresses.isAddress(value.strip())) {
            throw new BadValue("IP address is not correctly formatted: " + value);
        }
        return value.strip();
    }

    static String searchDomain(String value) throws BadValue {
        String domain = value.strip();
        if (domain.equals(".")) {
            return domain;
        }
        boolean hasLetter = domain.chars().anyMatch(unit -> Character.isLetter(unit));
        if (!hasLetter || domain.length() > 254 || !DOMAIN.matcher(domain).matches()) {
            throw new BadValue(value + " is not a valid domain");
        }
        return domain;
    }

    /** {@code name=address} or {@code name:address}; the daemon knows only the second one. */
    static String extraHost(String value) throws BadValue {
        Pair pair = Pair.cut(value, '=');
        if (!pair.isCut()) {
            pair = Pair.cut(value, ':');
        }
        if (!pair.isCut() || pair.before().isEmpty() || pair.before().indexOf(':') >= 0) {
            throw new BadValue("bad format for add-host: " + Quote.go(value));
        }
        String address = pair.after();
        if (!address.equals("host-gateway")) {
            if (address.length() > 2 && address.startsWith("[") && address.endsWith("]")) {
                address = address.substring(1, address.length() - 1);
            }
            if (!Addresses.isAddress(address)) {
                throw new BadValue("invalid IP address in add-host: " + Quote.go(address));
            }
        }
        return pair.before() + ":" + address;
    }

    static String mac(String value) throws BadValue {
        if (!MAC.matcher(value.strip()).matches()) {
            throw new BadValue(value + " is not a valid mac address");
        }
        return value;
    }

    static String link(String value) throws BadValue {
        if (value.isEmpty()) {
            throw new BadValue("empty string specified for links");
        }
        if (value.split(":", -1).length > 2) {
            throw new BadValue("bad format for links: " + value);
        }
        return value;
    }

    static String bytesPerSecond(String value) throws BadValue {
        return rate(
                value,
                Numbers::bytes,
                "[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb");
    }

    static String operationsPerSecond(String value) throws BadValue {
        return rate(value, Numbers::unsigned, ". Number must be a positive integer");
    }

    private static String rate(String value, dev.estiba.cli.flag.Flag.Check number, String rest) throws BadValue {
        Pair pair = device(value);
        try {
            return pair.before() + ":" + number.check(pair.after());
        } catch (BadValue e) {
            throw new BadValue(
                    "invalid rate for device: " + value + ". The correct format is <device-path>:<number>" + rest);
        }
    }

    static String weight(String value) throws BadValue {
        Pair pair = device(value);
        try {
            long weight = Long.parseLong(Numbers.uint16(pair.after()));
            if (weight == 0 || (weight >= 10 && weight <= 1000)) {
                return value;
            }
        } catch (BadValue e) {
            // Said below: it is the same refusal.
        }
        throw new BadValue("invalid weight for device: " + value);
    }

    private static Pair device(String value) throws BadValue {
        Pair pair = Pair.cut(value, ':');
        if (!pair.isCut() || pair.before().isEmpty()) {
            throw new BadValue("bad format: " + value);
        }
        if (!pair.before().startsWith("/dev/")) {
            throw new BadValue("bad format for device path: " + value);
        }
        return pair;
    }
}

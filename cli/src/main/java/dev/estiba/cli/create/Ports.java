package dev.estiba.cli.create;

import dev.estiba.api.PortBinding;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Quote;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code --publish} and {@code --expose}. */
final class Ports {
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");

    final Set<String> exposed = new LinkedHashSet<>();
    final Map<String, List<PortBinding>> bindings = new LinkedHashMap<>();

    /** Numbers from the first to the last. */
    private record Range(int first, int last) {
        int size() {
            return last - first + 1;
        }

        static Range of(String text) throws BadValue {
            Pair pair = Pair.cut(text, '-');
            int first = number(pair.before());
            int last = pair.isCut() ? number(pair.after()) : first;
            if (last < first) {
                throw new BadValue("invalid range specified for port: " + text);
            }
            return new Range(first, last);
        }

        private static int number(String text) throws BadValue {
            boolean isNumber =
                    !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
            int number = isNumber ? Integer.parseInt(text) : -1;
            if (number < 0 || number > 0xffff) {
                String problem = isNumber ? "value out of range" : "invalid syntax";
                throw new BadValue("strconv.ParseUint: parsing " + Quote.go(text) + ": " + problem);
            }
            return number;
        }
    }

    /** {@code [[address:][hostPort]:]containerPort[/protocol]}, or fields with {@code =}. */
    void publish(String value) throws BadValue {
        String spec = value.indexOf('=') >= 0 ? fromFields(value) : value;
        int last = spec.lastIndexOf(':');
        int before = last < 0 ? -1 : spec.lastIndexOf(':', last - 1);
        String address = before < 0 ? "" : spec.substring(0, before);
        String hostPort = last < 0 ? "" : spec.substring(before + 1, last);
        publish(spec, address, hostPort, spec.substring(last + 1));
    }

    private void publish(String spec, String address, String hostPort, String rest) throws BadValue {
        Pair port = portAndProtocol(rest);
        String ip = address;
        if (ip.startsWith("[") && ip.endsWith("]")) {
            ip = ip.substring(1, ip.length() - 1);
        }
        if (!ip.isEmpty() && !Addresses.isAddress(ip)) {
            throw new BadValue("invalid IP address: " + ip);
        }
        if (port.before().isEmpty()) {
            throw new BadValue("no port specified: " + spec + "<empty>");
        }
        Range inside = range(port.before(), "invalid containerPort: ");
        Range outside = hostPort.isEmpty() ? inside : range(hostPort, "invalid hostPort: ");
        if (outside.size() != inside.size() && inside.size() > 1) {
            throw new BadValue(
                    "invalid ranges specified for container and host Ports: " + port.before() + " and " + hostPort);
        }
        String protocol = port.after().toLowerCase(Locale.ROOT);
        if (!PROTOCOLS.contains(protocol)) {
            throw new BadValue("invalid proto: " + port.after());
        }
        for (int i = 0; i < inside.size(); i++) {
            String name = inside.first() + i + "/" + protocol;
            exposed.add(name);
            bindings.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(new PortBinding(ip, hostPort.isEmpty() ? "" : hostPort(inside, outside, i)));
        }
    }

    /** A range of the host for one port of the container: any one of it. */
    private static String hostPort(Range inside, Range outside, int i) {
        String first = Integer.toString(outside.first() + i);
        return inside.size() == 1 && outside.size() > 1 ? first + "-" + outside.last() : first;
    }

    private static Range range(String text, String problem) throws BadValue {
        try {
            return Range.of(text);
        } catch (BadValue e) {
            throw new BadValue(problem + text);
        }
    }

    private static Pair portAndProtocol(String text) {
        Pair pair = Pair.cut(text, '/');
        if (pair.before().isEmpty()) {
            return new Pair("", "", false);
        }
        String protocol = Pair.cut(pair.after(), '/').before();
        return new Pair(pair.before(), protocol.isEmpty() ? "tcp" : protocol, true);
    }

    private static String fromFields(String value) throws BadValue {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : value.split(",", -1)) {
            Pair pair = Pair.cut(field, '=');
            if (!pair.isCut() || pair.before().isEmpty()) {
                throw new BadValue("invalid publish opts format (should be name=value but got '" + field + "')");
            }
            fields.put(pair.before(), pair.after());
        }
        return fields.getOrDefault("ip", "") + ":" + fields.getOrDefault("published", "") + ":"
                + fields.getOrDefault("target", "") + "/" + fields.getOrDefault("protocol", "tcp");
    }

    void expose(String value) throws BadValue {
        if (value.indexOf(':') >= 0) {
            throw new BadValue("invalid port format for --expose: " + value);
        }
        Pair port = portAndProtocol(value);
        Range range;
        try {
            range = Range.of(port.before());
        } catch (BadValue e) {
            throw new BadValue("invalid range format for --expose: " + value + ", error: " + e.why());
        }
        for (int i = range.first(); i <= range.last(); i++) {
            exposed.add(i + "/" + port.after());
        }
    }
}

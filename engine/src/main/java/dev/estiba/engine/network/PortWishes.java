package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.PortBinding;
import dev.estiba.linux.InetSocket.Transport;
import dev.estiba.network.NetworkException;
import dev.estiba.network.PortRequest;
import dev.estiba.network.address.Subnet;
import dev.estiba.network.port.PortClaims.Range;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ports that a request wants to be published: {@code -p}, {@code -P}. */
final class PortWishes {
    private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/(tcp|udp|sctp))?");
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int HIGHEST = 65535;

    private PortWishes() {}

    /** @throws ApiException 400 for what is no port */
    static List<PortRequest> of(CreateRequest request) throws ApiException {
        List<PortRequest> all = new ArrayList<>();
        Map<String, List<PortBinding>> bindings = request.hostConfig().portBindings();
        Set<String> published = new TreeSet<>();
        for (Map.Entry<String, List<PortBinding>> each : bindings.entrySet()) {
            for (String port : ports(each.getKey())) {
                published.add(port);
                // An empty list is one of which Docker says nothing, too.
                for (PortBinding binding : each.getValue()) {
                    all.add(request(port, binding));
                }
            }
        }
        if (request.hostConfig().publishAllPorts()) {
            for (String exposed : new TreeSet<>(request.config().exposedPorts())) {
                for (String port : ports(exposed)) {
                    if (published.add(port)) {
                        all.add(request(port, new PortBinding("", "")));
                    }
                }
            }
        }
        return all;
    }

    /** {@code 80/tcp} of each port of {@code 80-82}. */
    static List<String> ports(String text) throws ApiException {
        Matcher parts = PORT.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw ApiException.badRequest("invalid port specification: \"" + text + "\"");
        }
        int first = number(parts.group(1), text);
        int last = parts.group(2) == null ? first : number(parts.group(2), text);
        if (first < 1 || last < first) {
            throw ApiException.badRequest("invalid port specification: \"" + text + "\"");
        }
        String protocol = parts.group(3) == null ? "tcp" : parts.group(3);
        List<String> all = new ArrayList<>();
        for (int port = first; port <= last; port++) {
            all.add(port + "/" + protocol);
        }
        return all;
    }

    private static int number(String digits, String text) throws ApiException {
        int number = Integer.parseInt(digits);
        if (number > HIGHEST) {
            throw ApiException.badRequest("invalid port specification: \"" + text + "\"");
        }
        return number;
    }

    private static PortRequest request(String port, PortBinding binding) throws ApiException {
        int slash = port.indexOf('/');
        return new PortRequest(
                transport(port.substring(slash + 1)),
                address(binding.hostIp()),
                range(binding.hostPort()),
                Integer.parseInt(port.substring(0, slash)),
                false);
    }

    static Transport transport(String protocol) {
        return Transport.valueOf(protocol.toUpperCase(Locale.ROOT));
    }

    private static Optional<InetAddress> address(String text) throws ApiException {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Subnet.parseAddress(text));
        } catch (NetworkException e) {
            throw Refusal.of(e);
        }
    }

    private static Range range(String text) throws ApiException {
        if (text.isEmpty() || text.equals("0")) {
            return Range.ephemeral();
        }
        Matcher parts = RANGE.matcher(text);
        if (!parts.matches()) {
            throw ApiException.badRequest("invalid port specification: \"" + text + "\"");
        }
        int first = number(parts.group(1), text);
        int last = parts.group(2) == null ? first : number(parts.group(2), text);
        if (first < 1 || last < first) {
            throw ApiException.badRequest("invalid port specification: \"" + text + "\"");
        }
        return new Range(first, last);
    }
}

package dev.estiba.network.dns;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import dev.estiba.network.NetworkException;
import dev.estiba.network.address.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * resolv.conf(5), of the host or for a container.
 *
 * @param servers as they are written; an address of one device alone has its name behind a %
 * @param search domains
 * @param options as {@code ndots:2}
 */
public record ResolvConf(List<String> servers, List<String> search, List<String> options) {
    private static final int LONGEST = 1 << 20;
    private static final String STUB = "127.0.0.53";
    private static final List<String> PUBLIC_V4 = List.of("8.8.8.8", "8.8.4.4");
    private static final List<String> PUBLIC_V6 = List.of("2001:4860:4860::8888", "2001:4860:4860::8844");
    private static final int PORT = 53;

    public ResolvConf {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
        options = List.copyOf(options);
    }

    /** {@code --dns}, {@code --dns-search}, {@code --dns-option}: each takes the place of the host's where it is not empty. */
    public record Wishes(List<String> servers, List<String> search, List<String> options) {
        public Wishes {
            servers = List.copyOf(servers);
            search = List.copyOf(search);
            options = List.copyOf(options);
        }

        public static Wishes none() {
            return new Wishes(List.of(), List.of(), List.of());
        }

        /** @throws NetworkException when a server is no address */
        public void check() throws NetworkException {
            for (String server : servers) {
                try {
                    InetAddress unused = Subnet.parseAddress(server);
                } catch (NetworkException e) {
                    throw NetworkException.invalid(server + " is not an ip address");
                }
            }
            Stream<String> words = Stream.concat(search.stream(), options.stream());
            if (words.anyMatch(word -> word.isEmpty() || word.chars().anyMatch(c -> c <= ' '))) {
                throw NetworkException.invalid("a search domain or an option of DNS has a blank in it, or is empty");
            }
        }
    }

    /** Reads a text; what it does not know it passes over, as the C library does. */
    public static ResolvConf parse(String text) {
        List<String> servers = new ArrayList<>();
        List<String> search = List.of();
        List<String> options = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 2 || words[0].startsWith("#") || words[0].startsWith(";")) {
                continue;
            }
            List<String> rest = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> servers.add(rest.getFirst());
                case "search", "domain" -> search = rest;
                case "options" -> options.addAll(rest);
                default -> {}
            }
        }
        return new ResolvConf(servers, search, options);
    }

    /**
     * The host's. Where it is systemd-resolved's stub alone, the file with that one's own servers.
     *
     * @param isInHost whether who asks is in the host's network, where the stub can be reached
     */
    public static ResolvConf ofHost(boolean isInHost) throws IOException {
        ResolvConf host = file("/etc/resolv.conf");
        return !isInHost && host.servers().equals(List.of(STUB)) ? file("/run/systemd/resolve/resolv.conf") : host;
    }

    private static ResolvConf file(String path) throws IOException {
        try (Fd file = Open.absolute(path, Open.How.reading())) {
            return parse(new String(FileBytes.readAll(file, LONGEST), StandardCharsets.UTF_8));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return new ResolvConf(List.of(), List.of(), List.of());
            }
            throw e;
        }
    }

    private ResolvConf with(Wishes wishes) {
        List<String> domains = wishes.search().isEmpty() ? search : wishes.search();
        return new ResolvConf(
                wishes.servers().isEmpty() ? servers : wishes.servers(),
                domains.equals(List.of(".")) ? List.of() : domains,
                wishes.options().isEmpty() ? options : wishes.options());
    }

    /**
     * For a container that asks servers itself: none on a loopback, which would be its own; public ones when there are no others.
     *
     * @param hasV6 whether the container can reach servers of IPv6
     */
    public ResolvConf forContainer(Wishes wishes, boolean hasV6) {
        ResolvConf own = with(wishes);
        if (!wishes.servers().isEmpty()) {
            return own;
        }
        List<String> usable =
                own.servers().stream().filter(server -> isUsable(server, hasV6)).toList();
        List<String> otherwise = new ArrayList<>(PUBLIC_V4);
        otherwise.addAll(hasV6 ? PUBLIC_V6 : List.of());
        return new ResolvConf(usable.isEmpty() ? otherwise : usable, own.search(), own.options());
    }

    private static boolean isUsable(String server, boolean hasV6) {
        try {
            InetAddress address = Subnet.parseAddress(server);
            return !address.isLoopbackAddress() && (hasV6 || address instanceof Inet4Address);
        } catch (NetworkException e) {
            // With a device of the host's, or no address.
            return false;
        }
    }

    /** For a container that asks its resolver at {@link DnsSockets#ADDRESS}. */
    public ResolvConf forResolver(Wishes wishes) {
        ResolvConf own = with(wishes);
        List<String> options = new ArrayList<>(own.options());
        if (options.stream().noneMatch(option -> option.startsWith("ndots:"))) {
            options.add("ndots:0");
        }
        return new ResolvConf(List.of(DnsSockets.ADDRESS.getHostAddress()), own.search(), options);
    }

    /** The servers that such a resolver passes questions on to, from the host's network: so a stub of the host's will do. */
    public List<InetSocketAddress> upstream(Wishes wishes) {
        List<InetSocketAddress> upstream = new ArrayList<>();
        for (String server : with(wishes).servers()) {
            try {
                upstream.add(new InetSocketAddress(Subnet.parseAddress(server), PORT));
            } catch (NetworkException e) {
                // With a device of the host's, or no address: the others will do.
            }
        }
        if (upstream.isEmpty()) {
            PUBLIC_V4.forEach(server -> upstream.add(new InetSocketAddress(InetAddress.ofLiteral(server), PORT)));
        }
        return upstream;
    }

    /** The file's text. */
    public String text() {
        StringBuilder text = new StringBuilder(
                "# Generated by Estiba.\n# This file can be edited; Estiba makes it anew when the container starts.\n\n");
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!search.isEmpty()) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }
}

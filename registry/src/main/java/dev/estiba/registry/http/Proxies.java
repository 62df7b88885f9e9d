package dev.estiba.registry.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Through whom requests go: the values of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, by the rules of Go's
 * {@code golang.org/x/net/http/httpproxy}, which Docker's users know.
 *
 * @param http for plain requests
 * @param https for those over TLS
 * @param exceptions names, {@code .domains}, addresses, networks and {@code *}, separated by commas
 */
public record Proxies(Optional<URI> http, Optional<URI> https, String exceptions) {
    public static final Proxies NONE = new Proxies(Optional.empty(), Optional.empty(), "");

    private static final int USUAL_PORT = 80;

    /**
     * Of the values as they stand in an environment, empty where there is none.
     *
     * @throws IllegalArgumentException when one is no address of an HTTP proxy
     */
    public static Proxies of(String http, String https, String exceptions) {
        return new Proxies(proxy("HTTP_PROXY", http), proxy("HTTPS_PROXY", https), exceptions);
    }

    private static Optional<URI> proxy(String variable, String value) {
        if (value.isBlank()) {
            return Optional.empty();
        }
        String whole = value.contains("://") ? value : "http://" + value;
        try {
            URI uri = new URI(whole.strip());
            if (uri.getHost() != null && "http".equalsIgnoreCase(uri.getScheme())) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // Said below, without the value: there may be a password in it.
        }
        throw new IllegalArgumentException(variable + " is no address of an HTTP proxy (http://host:port)");
    }

    public boolean isEmpty() {
        return http.isEmpty() && https.isEmpty();
    }

    /** The one that a request goes through. */
    public Optional<URI> proxyFor(URI target) {
        String host = bare(target.getHost() == null ? "" : target.getHost().toLowerCase(Locale.ROOT));
        boolean secure = "https".equalsIgnoreCase(target.getScheme());
        Optional<URI> proxy = secure ? https : http;
        int port = target.getPort() >= 0 ? target.getPort() : secure ? 443 : 80;
        return proxy.filter(each -> !isExcepted(host, port));
    }

    /**
     * What the proxy itself is shown, when its address has a user's name. To a host behind TLS the JDK sends it only where
     * {@code jdk.http.auth.tunneling.disabledSchemes} is empty.
     */
    Optional<String> authorization(URI target) {
        return proxyFor(target).map(URI::getUserInfo).map(user -> {
            String both = user.indexOf(':') < 0 ? user + ":" : user;
            return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        });
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private boolean isExcepted(String host, int port) {
        Optional<InetAddress> address = literal(host);
        if (host.equals("localhost")
                || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
            return true;
        }
        for (String word : exceptions.split(",", -1)) {
            String exception = word.strip().toLowerCase(Locale.ROOT);
            if (!exception.isEmpty() && matches(exception, host, address, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String exception, String host, Optional<InetAddress> address, int port) {
        if (exception.equals("*")) {
            return true;
        }
        if (exception.indexOf('/') >= 0) {
            return address.isPresent()
                    && Network.parse(exception)
                            .filter(network -> network.contains(address.get()))
                            .isPresent();
        }
        String name = exception;
        int colon = exception.lastIndexOf(':');
        boolean hasPort = colon > 0 && (exception.indexOf(':') == colon || exception.charAt(colon - 1) == ']');
        if (hasPort) {
            if (!exception.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = exception.substring(0, colon);
        }
        Optional<InetAddress> excepted = literal(bare(name));
        if (excepted.isPresent()) {
            return address.equals(excepted);
        }
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        return name.startsWith(".") ? host.endsWith(name) : host.equals(name) || host.endsWith("." + name);
    }

    static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** For the JDK's client, which asks for each request. */
    ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI target) {
                List<Proxy> found = new ArrayList<>();
                proxyFor(target).ifPresent(proxy -> {
                    int port = proxy.getPort() >= 0 ? proxy.getPort() : USUAL_PORT;
                    found.add(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(bare(proxy.getHost()), port)));
                });
                return found.isEmpty() ? List.of(Proxy.NO_PROXY) : found;
            }

            @Override
            public void connectFailed(URI target, SocketAddress proxy, java.io.IOException why) {
                // The request fails with the same reason, and says it.
            }
        };
    }

    /** Without the password that may stand in an address. */
    @Override
    public String toString() {
        return "proxies " + (http.isPresent() ? "for http " : "") + (https.isPresent() ? "for https" : "");
    }
}

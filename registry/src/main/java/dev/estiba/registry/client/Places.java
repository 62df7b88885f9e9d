package dev.estiba.registry.client;

import dev.estiba.oci.image.Reference;
import dev.estiba.registry.files.HostDirectory;
import dev.estiba.registry.files.HostRule;
import dev.estiba.registry.files.HostRule.Capability;
import dev.estiba.registry.files.RegistriesConf;
import dev.estiba.registry.http.Addresses;
import dev.estiba.registry.http.Network;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where an image is: the mirrors that the settings and files name, in their order, and the registry itself behind them. */
final class Places {
    private final RegistrySettings settings;
    private final RegistriesConf registries;

    /** @throws IOException when a file cannot be understood */
    Places(RegistrySettings settings) throws IOException {
        this.settings = settings;
        this.registries = RegistriesConf.read(settings.registriesConf());
        for (List<String> mirrors : settings.mirrors().values()) {
            for (String mirror : mirrors) {
                checked(mirror);
            }
        }
    }

    /**
     * One of them.
     *
     * @param login under which name its credentials were entered
     * @param path of the repository there
     * @param namespace of which registry it is a mirror, when it is one of any
     */
    record Place(Endpoint endpoint, String login, String path, Optional<String> namespace) {}

    /**
     * To pull from, in order; the last one is the registry itself.
     *
     * @throws IOException when its user has blocked it
     */
    List<Place> toPull(Reference image) throws IOException {
        Capability needed = image.digest().isPresent() ? Capability.PULL : Capability.RESOLVE;
        List<Place> all = new ArrayList<>(mirrors(image, needed));
        all.add(itself(image));
        return all;
    }

    private List<Place> mirrors(Reference image, Capability needed) throws IOException {
        List<Place> all = new ArrayList<>();
        for (String mirror : mirrorsOf(image.domain())) {
            all.add(mirror(checked(mirror), image.path(), Optional.empty()));
        }
        Optional<HostDirectory> directory = directory(image.domain());
        Optional<RegistriesConf.Rule> rule = rule(image);
        if (directory.isPresent()) {
            for (HostRule host : directory.get().mirrors()) {
                if (host.capabilities().contains(needed)) {
                    all.add(mirror(host, image.path(), Optional.of(image.domain())));
                }
            }
        }
        if (rule.isPresent()) {
            for (RegistriesConf.Place place : RegistriesConf.mirrors(rule.get(), image.repository())) {
                if (place.host().capabilities().contains(needed)) {
                    all.add(mirror(place.host(), place.path(), Optional.empty()));
                }
            }
        }
        return all;
    }

    private List<String> mirrorsOf(String domain) {
        List<String> own = settings.mirrors().get(domain);
        return own == null ? settings.mirrors().getOrDefault("*", List.of()) : own;
    }

    private static HostRule checked(String mirror) throws IOException {
        try {
            return HostRule.mirror(mirror);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Place mirror(HostRule host, String path, Optional<String> namespace) throws IOException {
        return new Place(endpoint(host), host.host(), path, namespace);
    }

    private Optional<RegistriesConf.Rule> rule(Reference image) throws IOException {
        Optional<RegistriesConf.Rule> rule = registries.of(image.repository());
        if (rule.isPresent() && rule.get().blocked()) {
            throw new IOException("registry " + rule.get().prefix() + " is blocked in "
                    + rule.get().file());
        }
        return rule;
    }

    /** The registry itself, which alone is pushed to. */
    Place itself(Reference image) throws IOException {
        Optional<RegistriesConf.Rule> rule = rule(image);
        Optional<HostDirectory> directory = directory(image.domain());
        if (directory.isPresent() && directory.get().server().isPresent()) {
            return new Place(endpoint(directory.get().server().get()), image.domain(), image.path(), Optional.empty());
        }
        if (rule.isPresent()) {
            RegistriesConf.Place place = RegistriesConf.itself(rule.get(), image.repository());
            boolean elsewhere = !place.host().host().equals(image.domain());
            if (elsewhere || place.host().insecure() || !place.path().equals(image.path())) {
                return new Place(endpoint(place.host()), place.host().host(), place.path(), Optional.empty());
            }
        }
        return new Place(own(image.domain()), image.domain(), image.path(), Optional.empty());
    }

    /** A registry as such. */
    Endpoint own(String domain) throws IOException {
        HostAddress address = HostAddress.ofDomain(domain);
        return endpoint(address, Optional.empty(), Endpoint.PREFIX, tls(domain), isInsecure(domain), Map.of());
    }

    private Endpoint endpoint(HostRule rule) throws IOException {
        HostAddress address = HostAddress.ofDomain(rule.host());
        TlsRules tls = rule.tls().equals(TlsRules.USUAL) ? tls(rule.host()) : rule.tls();
        boolean isWhole = rule.scheme().isPresent(); // who writes https means it, on this machine too
        return endpoint(
                address,
                rule.scheme(),
                rule.path().orElse(Endpoint.PREFIX),
                tls,
                rule.insecure() || isListed(rule.host()) || !isWhole && isInsecure(rule.host()),
                rule.headers());
    }

    private Endpoint endpoint(
            HostAddress address,
            Optional<String> scheme,
            String prefix,
            TlsRules tls,
            boolean insecure,
            Map<String, List<String>> headers) {
        TlsRules whole = (insecure ? tls.withoutVerifying() : tls).trusting(settings.authorities());
        return new Endpoint(address, scheme, prefix, insecure, whole, headers);
    }

    private TlsRules tls(String host) throws IOException {
        return directory(host).map(HostDirectory::tls).orElse(TlsRules.USUAL);
    }

    private Optional<HostDirectory> directory(String domain) throws IOException {
        return HostDirectory.find(settings.certificateDirectories(), domain);
    }

    /** As Docker has it: what is listed, and this machine itself. */
    private boolean isInsecure(String domain) {
        return Addresses.isLoopback(new HostAddress(domain).host()) || isListed(domain);
    }

    /** With its port or without, or as an address of a network. */
    private boolean isListed(String domain) {
        String host = new HostAddress(domain).host();
        List<Network> networks = new ArrayList<>();
        for (String listed : settings.insecure()) {
            if (listed.equals(domain) || listed.equals(host)) {
                return true;
            }
            Network.parse(listed).ifPresent(networks::add);
        }
        return !networks.isEmpty() && isWithin(networks, host);
    }

    private static boolean isWithin(List<Network> networks, String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (networks.stream().anyMatch(network -> network.contains(address))) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            return false; // the request itself will say that there is no such host
        }
    }
}

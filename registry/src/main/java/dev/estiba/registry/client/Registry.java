package dev.estiba.registry.client;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Authorizer;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.auth.Scope;
import dev.estiba.registry.http.Addresses;
import dev.estiba.registry.http.Clients;
import dev.estiba.registry.tls.TlsRules;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client of registries: connections, tokens and what was found out of each host are kept until it is closed. Safe for all threads. */
public final class Registry implements AutoCloseable {
    private final RegistrySettings settings;
    private final Clients clients;
    private final Map<Endpoint, RegistryHost> hosts = new HashMap<>();

    private Registry(RegistrySettings settings) {
        this.settings = settings;
        this.clients = new Clients(settings.patience(), settings.proxies(), settings.agent());
    }

    /** @throws IOException when a file that the settings name cannot be understood */
    public static Registry open(RegistrySettings settings) throws IOException {
        return new Registry(settings);
    }

    /** An image to pull; nothing is asked before its {@link ImageSource#root}. */
    public ImageSource source(Reference image) throws IOException {
        HostAddress address = HostAddress.of(image);
        boolean own = Addresses.isLoopback(address.host());
        TlsRules tls = own ? TlsRules.USUAL.withoutVerifying() : TlsRules.USUAL;
        Endpoint endpoint = new Endpoint(address, Optional.empty(), Endpoint.PREFIX, own, tls, Map.of());
        Repository repository =
                new Repository(host(endpoint), image.path(), Optional.empty(), List.of(Scope.pull(image.path())));
        return new RegistrySource(image, List.of(repository), settings.patience());
    }

    private synchronized RegistryHost host(Endpoint endpoint) throws IOException {
        RegistryHost known = hosts.get(endpoint);
        if (known == null) {
            var exchange = clients.exchange(endpoint.tls());
            Addresses addresses = new Addresses(Addresses.Resolver.SYSTEM);
            known = new RegistryHost(
                    endpoint,
                    exchange,
                    addresses,
                    new Authorizer(Credentials.Source.NONE, exchange, addresses, System::nanoTime));
            hosts.put(endpoint, known);
        }
        return known;
    }

    /** Ends what still runs. */
    @Override
    public void close() {
        clients.close();
    }
}

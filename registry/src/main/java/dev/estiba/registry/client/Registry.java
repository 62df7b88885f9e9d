package dev.estiba.registry.client;

import dev.estiba.content.transport.ImageSource;
import dev.estiba.content.transport.ImageTarget;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import dev.estiba.registry.auth.Authorizer;
import dev.estiba.registry.auth.Credentials;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.auth.Scope;
import dev.estiba.registry.http.Addresses;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.Clients;
import dev.estiba.registry.http.Exchange;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client of registries: connections, tokens and what was found out of each host are kept until it is closed. Safe for all threads. */
public final class Registry implements AutoCloseable {
    private final RegistrySettings settings;
    private final Connections connections;
    private final boolean ownsConnections;
    private final Clients clients;
    private final Clients ofFiles;
    private final Addresses addresses;
    private final Places places;
    private final Logins logins;
    private final Transfers transfers = new Transfers();
    private final Map<Known, RegistryHost> hosts = new HashMap<>();

    /** Tokens are kept for who was logged in where. */
    private record Known(Endpoint endpoint, String login) {}

    private Registry(RegistrySettings settings, Places places, Connections connections, boolean ownsConnections) {
        this.connections = connections;
        this.ownsConnections = ownsConnections;
        this.settings = settings;
        this.places = places;
        this.logins = new Logins(settings);
        this.clients = connections.enter(settings);
        this.ofFiles = new Clients(settings.patience(), settings.proxies(), settings.agent());
        this.addresses = new Addresses(settings.proxies().isEmpty() ? Addresses.Resolver.SYSTEM : host -> List.of());
    }

    /** @throws IOException when a file that the settings name cannot be understood */
    public static Registry open(RegistrySettings settings) throws IOException {
        return new Registry(settings, new Places(settings), new Connections(), true);
    }

    /**
     * The same with what others have left.
     *
     * @param connections stays the caller's
     */
    public static Registry open(RegistrySettings settings, Connections connections) throws IOException {
        return new Registry(settings, new Places(settings), connections, false);
    }

    /** An image to pull, from a mirror or from the registry itself; nothing is asked before its {@link ImageSource#root}. */
    public ImageSource source(Reference image) throws IOException {
        Reference whole = image.tagged();
        List<Repository> all = new ArrayList<>();
        for (Places.Place place : places.toPull(whole)) {
            all.add(repository(place, Scope.pull(place.path())));
        }
        return new RegistrySource(whole, all, settings.patience());
    }

    /**
     * A name to push to.
     *
     * @param others repositories that may have the blobs already; those of other registries are passed over
     */
    public ImageTarget target(Reference image, List<Reference> others) throws IOException {
        Repository own = itself(image, Scope::push);
        List<String> mounts = others.stream()
                .filter(other ->
                        other.domain().equals(image.domain()) && !other.path().equals(image.path()))
                .map(Reference::path)
                .distinct()
                .toList();
        return new RegistryTarget(image, own, mounts);
    }

    /** The tags of a repository, in the registry's order. */
    public List<String> tags(Reference repository) throws IOException {
        Repository own = itself(repository, Scope::pull);
        return new Listing(own.host(), transfers).all("/" + own.path() + "/tags/list", "tags", own.scopes());
    }

    /** The repositories of a registry, as far as it tells. */
    public List<String> catalog(String host) throws IOException {
        RegistryHost own = host(places.own(host), host);
        return new Listing(own, transfers).all("/_catalog", "repositories", List.of(Scope.catalog()));
    }

    /** What a name stands for now: only its digest is asked for, where the registry tells it; empty when nothing has it. */
    public Optional<Descriptor> resolve(Reference image) throws IOException {
        Repository own = itself(image, Scope::pull);
        String name = nameOf(image.tagged());
        try {
            Optional<Descriptor> told = own.head(name, transfers);
            return told.isPresent()
                    ? told
                    : Optional.of(own.manifest(name, image.digest(), own.host().tries(), transfers)
                            .descriptor());
        } catch (Refusal e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw PullErrors.told(e, image);
        }
    }

    /** What says something of that manifest, such as signatures. */
    public List<Descriptor> referrers(Reference repository, Digest subject) throws IOException {
        return new Referrers(itself(repository, Scope::pull), transfers).of(subject);
    }

    /**
     * Deletes a manifest, and with it all names that it has: registries delete by digest.
     *
     * @return what was deleted
     */
    public Digest delete(Reference image) throws IOException {
        Repository own = itself(image, Scope::delete);
        Digest digest = image.digest().isPresent()
                ? image.digest().get()
                : resolve(image).orElseThrow(() -> PullErrors.missing(image)).digest();
        Call call = Call.of("DELETE", own.address("/manifests/" + digest, transfers));
        try (Answer answer = own.send(call, transfers)) {
            if (!answer.isSuccess()) {
                throw PullErrors.told(own.refusal(answer), image);
            }
            answer.error();
            return digest;
        }
    }

    /** Whether a registry answers there and knows who we are, by what is known of it. */
    public void ping(String host) throws IOException {
        new Login(host(places.own(host), host), host, transfers).ping();
    }

    /**
     * Shows credentials to a registry. Nothing is kept; {@link Logins#keep} does that.
     *
     * @return what to keep instead of the password, when the registry gives such a thing
     * @throws Refusal when it does not accept them, in Docker's words
     */
    public Optional<Credentials.IdentityToken> login(String host, Credentials credentials) throws IOException {
        Endpoint endpoint = places.own(host);
        Exchange exchange = exchange(endpoint);
        Authorizer authorizer = Authorizer.forLogin(credentials, exchange, addresses);
        Login login =
                new Login(new RegistryHost(endpoint, exchange, addresses, authorizer, connections), host, transfers);
        login.ping();
        return authorizer.identityToken();
    }

    public Logins logins() {
        return logins;
    }

    private static String nameOf(Reference image) {
        return image.digest().map(Digest::toString).or(image::tag).orElseThrow();
    }

    @FunctionalInterface
    private interface Purpose {
        Scope of(String path);
    }

    private Repository itself(Reference image, Purpose purpose) throws IOException {
        Places.Place place = places.itself(image);
        return repository(place, purpose.of(place.path()));
    }

    private Repository repository(Places.Place place, Scope scope) throws IOException {
        return new Repository(host(place.endpoint(), place.login()), place.path(), place.namespace(), List.of(scope));
    }

    private synchronized RegistryHost host(Endpoint endpoint, String login) throws IOException {
        Known key = new Known(endpoint, login);
        RegistryHost known = hosts.get(key);
        if (known == null) {
            Exchange exchange = exchange(endpoint);
            Authorizer authorizer = new Authorizer(() -> logins.find(login), exchange, addresses, System::nanoTime);
            known = new RegistryHost(endpoint, exchange, addresses, authorizer, connections);
            hosts.put(key, known);
        }
        return known;
    }

    /** Files with certificates may have changed since somebody else has read them. */
    private Exchange exchange(Endpoint endpoint) throws IOException {
        return (endpoint.tls().hasFiles() ? ofFiles : clients).exchange(endpoint.tls());
    }

    /** Ends what still runs. */
    @Override
    public void close() {
        transfers.close();
        ofFiles.close();
        connections.leave(settings);
        if (ownsConnections) {
            connections.close();
        }
    }
}

package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.event.Events;
import dev.estiba.engine.network.NetworkChoice.Wish;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Fd;
import dev.estiba.network.EndpointConfig;
import dev.estiba.network.NetworkException;
import dev.estiba.network.Networks;
import dev.estiba.network.PortRequest;
import dev.estiba.network.PublishedPort;
import dev.estiba.network.cni.CniException;
import dev.estiba.network.dns.DnsSockets;
import dev.estiba.network.dns.ResolvConf;
import dev.estiba.runtime.OwnedNetwork;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Joins containers to networks, and takes them out again. One thing at a time is done with one container, which is locked. */
final class Joining {
    private static final Logger LOG = System.getLogger(Joining.class.getName());
    private static final String PREFIX = "failed to set up container networking: ";

    private final Bridges bridges;
    private final Events events;
    private final NamespacePool pool;
    /** Containers whose namespace others may be in, too: it does not end with them. */
    private final Set<String> shared = ConcurrentHashMap.newKeySet();

    Joining(Bridges bridges, Events events, NamespacePool pool) {
        this.bridges = bridges;
        this.events = events;
        this.pool = pool;
    }

    /**
     * Before a container's start: all of its networks and ports, or nothing.
     *
     * @param owner of a container with ids of its own
     */
    Joined start(ContainerRecord container, Home home, List<Wish> wishes, Optional<Networking.Owner> owner)
            throws IOException {
        boolean isJoined = false;
        try {
            for (Wish wish : wishes) {
                Given.Place unused = take(container, wish);
            }
            // Before anything is there: a process that is killed after this leaves nothing that nobody knows.
            write(home, container.id());
            Optional<OwnedNetwork> owned =
                    owner.isPresent() ? Optional.of(owner.get().make()) : Optional.empty();
            Fd namespace = owned.isPresent() ? owned.get().network() : pool.take();
            try {
                for (Given.Place place : bridges.given(container.id()).places()) {
                    connect(container, place, namespace);
                }
                publish(container);
                resolve(container, namespace);
                write(home, container.id());
                Given given = bridges.given(container.id());
                given.places().forEach(place -> told("connect", container.id(), place));
                isJoined = true;
                return new Joined(namespace, owned.map(OwnedNetwork::user), given);
            } finally {
                if (!isJoined) {
                    namespace.close();
                    owned.ifPresent(each -> each.user().close());
                }
            }
        } catch (NetworkException e) {
            ApiException refusal = Refusal.of(e);
            throw new ApiException(refusal.status(), PREFIX + refusal.message(), e);
        } finally {
            if (!isJoined) {
                end(container.id(), Optional.of(home));
            }
        }
    }

    private Given.Place take(ContainerRecord container, Wish wish) throws IOException {
        try {
            return bridges.take(container, wish);
        } catch (ApiException e) {
            throw new ApiException(e.status(), PREFIX + e.message(), e);
        }
    }

    private void connect(ContainerRecord record, Given.Place place, Fd namespace) throws IOException {
        String container = record.id();
        if (bridges.isForeign(place)) {
            // They are published where the default route goes by, and of bridges it is known already.
            boolean isFirst = gateway(bridges.given(container)).isEmpty();
            try {
                bridges.plugIn(record, place, namespace, isFirst ? PortWishes.of(record.request()) : List.of());
            } catch (CniException e) {
                throw new ApiException(ApiException.SERVER_ERROR, PREFIX + e.getMessage(), e);
            }
            return;
        }
        EndpointConfig connected = bridges.opened().connect(place.endpoint(), namespace);
        bridges.replace(container, place.with(connected));
    }

    /** At the endpoint that its default route goes by, as Docker does. */
    private void publish(ContainerRecord container) throws IOException {
        List<PortRequest> ports = PortWishes.of(container.request());
        Optional<Given.Place> gateway = gateway(bridges.given(container.id()));
        if (ports.isEmpty() || gateway.isEmpty() || bridges.isForeign(gateway.get())) {
            return;
        }
        String id = gateway.get().endpoint().id();
        try {
            List<PublishedPort> published = bridges.opened().publish(id, ports, "container " + container.name());
            bridges.replace(
                    container.id(), gateway.get().with(gateway.get().endpoint().with(published)));
        } catch (NetworkException e) {
            throw new ApiException(
                    ApiException.SERVER_ERROR,
                    PREFIX + "driver failed programming external connectivity on endpoint " + container.name() + " ("
                            + id + "): " + e.getMessage(),
                    e);
        }
    }

    /** The one with the highest priority; of several, the one whose network's name comes first. */
    private static Optional<Given.Place> gateway(Given given) {
        return given.places().stream()
                .filter(place -> !place.gateways().isEmpty())
                .min(Comparator.comparingInt(
                                (Given.Place place) -> -place.endpoint().gatewayPriority())
                        .thenComparing(Given.Place::network));
    }

    /** A container of a user's network asks us for names. */
    void resolve(ContainerRecord container, Fd namespace) throws IOException {
        if (bridges.given(container.id()).hasResolver()) {
            HostConfig host = container.request().hostConfig();
            ResolvConf.Wishes wishes = new ResolvConf.Wishes(host.dns(), host.dnsSearch(), host.dnsOptions());
            DnsSockets sockets = DnsSockets.open(namespace);
            bridges.opened()
                    .startResolver(
                            container.id(), sockets, ResolvConf.ofHost(true).upstream(wishes));
        }
    }

    /** What it has, where the next process finds it. */
    void write(Home home, String container) throws IOException {
        AtomicFile.write(home.run(), Given.FILE, GivenJson.write(bridges.given(container)));
    }

    /** Another container's processes are in its namespace now, too. */
    void share(String container) {
        shared.add(container);
    }

    /**
     * The container has ended, or could not be started. Its ports and addresses are free when this returns; its devices go with its
     * namespace.
     *
     * @param home where it is written what it has, when it has one
     */
    void end(String container, Optional<Home> home) throws IOException {
        Given had = bridges.given(container);
        if (!had.places().isEmpty()) {
            Networks networks = bridges.opened();
            boolean isShared = shared.remove(container);
            attempt(container, () -> networks.stopResolver(container));
            for (Given.Place place : had.places()) {
                String id = place.endpoint().id();
                if (bridges.isForeign(place)) {
                    attempt(container, () -> bridges.plugOut(place, Optional.empty()));
                }
                attempt(container, () -> {
                    if (isShared) {
                        networks.disconnect(id, Optional.empty());
                    } else {
                        networks.ended(id);
                    }
                });
                told("disconnect", container, place);
            }
            Given unused = bridges.forgetAll(container);
        }
        if (home.isPresent()) {
            home.get().removeRunFile(Given.FILE);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** What cannot be taken back keeps nothing else from being taken back; the next process tries again. */
    private static void attempt(String container, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "the network of container " + container + " could not be taken back: " + e.getMessage());
        }
    }

    /**
     * Joins a container that runs to one more network.
     *
     * @param namespace its own
     */
    void connect(ContainerRecord container, Home home, Wish wish, Fd namespace) throws IOException {
        boolean isJoined = false;
        Given.Place place = bridges.take(container, wish);
        try {
            write(home, container.id());
            boolean hadResolver = bridges.given(container.id())
                    .without(place.endpoint().networkId())
                    .hasResolver();
            connect(container, place, namespace);
            if (!hadResolver) {
                resolve(container, namespace);
            }
            write(home, container.id());
            told("connect", container.id(), place);
            isJoined = true;
        } finally {
            if (!isJoined) {
                leave(container.id(), home, place, Optional.empty());
            }
        }
    }

    /** A container that runs is called otherwise from now on. */
    void rename(ContainerRecord renamed, Home home) throws IOException {
        for (Given.Place place : bridges.given(renamed.id()).places()) {
            List<String> names = EndpointWishes.names(renamed, place);
            if (!names.equals(place.endpoint().names())) {
                EndpointConfig endpoint =
                        bridges.opened().rename(place.endpoint().id(), names);
                bridges.replace(
                        renamed.id(), place.with(endpoint.with(place.endpoint().ports())));
            }
        }
        write(home, renamed.id());
    }

    /** Takes a container that runs out of a network. */
    void disconnect(String container, Home home, Given.Place place, Fd namespace) throws IOException {
        leave(container, home, place, Optional.of(namespace));
        told("disconnect", container, place);
    }

    private void leave(String container, Home home, Given.Place place, Optional<Fd> namespace) throws IOException {
        if (bridges.isForeign(place)) {
            bridges.plugOut(place, namespace);
        }
        bridges.opened().disconnect(place.endpoint().id(), namespace);
        bridges.forget(container, place);
        if (bridges.given(container).places().isEmpty()) {
            bridges.opened().stopResolver(container);
        }
        write(home, container);
    }

    private void told(String action, String container, Given.Place place) {
        events.publish(
                "network",
                action,
                place.endpoint().networkId(),
                Map.of("container", container, "name", place.network(), "type", bridges.driver(place)));
    }
}

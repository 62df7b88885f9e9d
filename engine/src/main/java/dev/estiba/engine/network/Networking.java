package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.engine.event.Events;
import dev.estiba.engine.network.NetworkChoice.Wish;
import dev.estiba.engine.settings.NetworkDefaults;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.linux.Fd;
import dev.estiba.network.NetworkException;
import dev.estiba.runtime.OwnedNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The networks of an engine's containers. Only one that stays has bridges: who else would serve names, hold ports and set the
 * firewall right? Safe for all threads.
 */
public final class Networking implements AutoCloseable {
    private final Path dataRoot;
    private final Optional<Fd> host;
    private final Events events;
    private final LinkIndex links = new LinkIndex();
    private volatile Optional<Active> active = Optional.empty();
    private volatile NetworkDefaults defaults = NetworkDefaults.USUAL;

    /** Of an engine that stays. */
    private record Active(
            Catalogue catalogue, Bridges bridges, Joining joining, NetworkOperations operations, NamespacePool pool) {}

    private Networking(Path dataRoot, Optional<Fd> host, Events events) {
        this.dataRoot = dataRoot;
        this.host = host;
        this.events = events;
    }

    /** @param host the network namespace that bridges are to be in; without one there are none. This object's */
    public static Networking of(Path dataRoot, Optional<Fd> host, Events events) {
        return new Networking(dataRoot, host, events);
    }

    /** A container of an earlier process that runs. */
    public record Survivor(ContainerRecord container, Home home, Fd namespace) {}

    /** Of what is made from {@link #activate} on. */
    public void configure(NetworkDefaults wanted) {
        defaults = wanted;
    }

    /** From here on the process stays, and has networks. */
    public synchronized void activate() throws IOException {
        if (host.isPresent() && active.isEmpty()) {
            NetworkStore store = new NetworkStore(dataRoot);
            Catalogue catalogue = Catalogue.read(store);
            Bridges bridges = new Bridges(host.get(), store, catalogue, defaults, dataRoot);
            NamespacePool pool = new NamespacePool();
            active = Optional.of(new Active(
                    catalogue,
                    bridges,
                    new Joining(bridges, events, pool),
                    new NetworkOperations(catalogue, bridges, events, defaults),
                    pool));
        }
    }

    /**
     * Goes on with what containers that run were given by an earlier process.
     *
     * @return those that were in a network that their record does not have: the process was killed between the two. They are out of it
     */
    public List<Survivor> restore(List<Survivor> survivors) throws IOException {
        if (active.isEmpty()) {
            return List.of();
        }
        List<Bridges.Survivor> given = new ArrayList<>();
        for (Survivor survivor : survivors) {
            given.add(new Bridges.Survivor(
                    survivor.container().id(), named(survivor.container(), given(survivor.home()))));
        }
        active.get().bridges().restore(given);
        Set<String> running = new HashSet<>();
        survivors.forEach(survivor -> running.add(survivor.container().id()));
        active.get().bridges().restorePlugins(running);
        for (Survivor survivor : survivors) {
            // Who is in it, nobody knows any more.
            active.get().joining().share(survivor.container().id());
            active.get().joining().resolve(survivor.container(), survivor.namespace());
        }
        List<Survivor> changed = new ArrayList<>();
        for (Survivor survivor : survivors) {
            if (leavesStrayNetworks(survivor)) {
                changed.add(survivor);
            }
        }
        return changed;
    }

    /** Called as its record says: the process may have been killed while it was renamed. */
    private static Given named(ContainerRecord container, Given given) {
        return new Given(given.places().stream()
                .map(place -> place.with(place.endpoint().calling(EndpointWishes.names(container, place))))
                .toList());
    }

    private boolean leavesStrayNetworks(Survivor survivor) throws IOException {
        Active known = active();
        String id = survivor.container().id();
        Given before = given(survivor.home());
        Set<String> wanted = new HashSet<>();
        if (NetworkChoice.of(survivor.container().request()) instanceof NetworkChoice.Networks(List<Wish> wishes)) {
            for (Wish wish : wishes) {
                wanted.add(known(wish.network()));
            }
        }
        for (Given.Place place : known.bridges().given(id).places()) {
            if (!wanted.contains(place.network())) {
                known.joining().disconnect(id, survivor.home(), place, survivor.namespace());
            }
        }
        // What was written down before it was made, or was lost: that is no longer said either.
        boolean isChanged =
                before.places().size() > known.bridges().given(id).places().size();
        if (isChanged) {
            known.joining().write(survivor.home(), id);
        }
        return isChanged;
    }

    /** Whether containers can be in networks. */
    public boolean isActive() {
        return active.isPresent();
    }

    private Active active() throws ApiException {
        return active.orElseThrow(() -> ApiException.notImplemented("networks need the daemon"));
    }

    /** What is done with networks themselves. */
    public NetworkOperations operations() throws ApiException {
        return active().operations();
    }

    /** The name of a network. */
    public String name(String reference) throws ApiException {
        return active().catalogue().find(reference).name();
    }

    /** Joins a container that runs to one more network. */
    public void connect(ContainerRecord container, Home home, Wish wish, Fd namespace) throws IOException {
        try {
            active().joining().connect(container, home, wish, namespace);
        } catch (NetworkException e) {
            throw Refusal.of(e);
        }
    }

    /** A container that runs has another name now. */
    public void rename(ContainerRecord renamed, Home home) throws IOException {
        if (active.isPresent()
                && !active.get().bridges().given(renamed.id()).places().isEmpty()) {
            active.get().joining().rename(renamed, home);
        }
    }

    /** Takes a container that runs out of a network, if it is in there. */
    public void disconnect(String container, Home home, String network, Fd namespace) throws IOException {
        Optional<Given.Place> place = active().bridges().given(container).places().stream()
                .filter(each -> each.network().equals(network))
                .findFirst();
        if (place.isPresent()) {
            active().joining().disconnect(container, home, place.get(), namespace);
        }
    }

    /** What a run was given, by its file. */
    public static Given given(Home home) throws IOException {
        Optional<byte[]> file = home.runFile(Given.FILE);
        return file.isPresent() ? GivenJson.read(file.get()) : Given.NOTHING;
    }

    /**
     * Refuses what a new container wants and cannot have.
     *
     * @throws ApiException in Docker's words
     */
    public void check(CreateRequest request) throws ApiException {
        var ports = PortWishes.of(request);
        switch (NetworkChoice.of(request)) {
            case NetworkChoice.None() -> refuse(NetworkChoice.NONE, request);
            case NetworkChoice.Host() -> {
                refuse(NetworkChoice.HOST, request);
                if (!request.hostConfig().links().isEmpty()) {
                    throw ApiException.badRequest(
                            "conflicting options: host type networking can't be used with links. This would result in undefined behavior");
                }
            }
            case NetworkChoice.Container(String reference) -> conflicts(request);
            case NetworkChoice.Networks(List<Wish> wishes) ->
                check(request.hostConfig().networkMode(), wishes, !ports.isEmpty());
        }
    }

    /** What of settings only a network can fulfil that is one. */
    private static void refuse(String network, CreateRequest request) throws ApiException {
        EndpointWishes.refuse(
                network, request.networkingConfig().endpointsConfig().getOrDefault(network, EndpointSettings.NOTHING));
    }

    /** What a container cannot have that shares another one's network: moby, runconfig/hostconfig_unix.go. */
    private static void conflicts(CreateRequest request) throws ApiException {
        HostConfig host = request.hostConfig();
        conflict(!request.config().hostname().isEmpty(), "hostname");
        if (!host.links().isEmpty()) {
            throw ApiException.badRequest(
                    "conflicting options: container type network can't be used with links. This would result in undefined behavior");
        }
        conflict(!host.dns().isEmpty(), "dns");
        conflict(!host.extraHosts().isEmpty(), "custom host-to-IP mapping");
        conflict(!request.config().macAddress().isEmpty(), "mac-address");
        if (!host.portBindings().isEmpty() || host.publishAllPorts()) {
            throw ApiException.badRequest("conflicting options: port publishing and the container type network mode");
        }
    }

    private static void conflict(boolean isGiven, String what) throws ApiException {
        if (isGiven) {
            throw ApiException.badRequest("conflicting options: " + what + " and the network mode");
        }
    }

    private void check(String mode, List<Wish> wishes, boolean wantsPorts) throws ApiException {
        if (active.isEmpty()) {
            if (mode.equals(NetworkChoice.DEFAULT)) {
                throw ApiException.notImplemented("bridge networks need the daemon: use --network none or host");
            }
            for (Wish wish : wishes) {
                if (!wish.network().equals(NetworkChoice.DEFAULT)) {
                    throw Refusal.unknown(wish.network());
                }
            }
            if (wantsPorts) {
                throw ApiException.notImplemented("published ports need the daemon (-p, -P)");
            }
            return;
        }
        for (Wish wish : wishes) {
            String name = known(wish.network());
            EndpointWishes.refuse(name, wish.settings());
            if (!name.equals(NetworkChoice.DEFAULT) && Catalogue.isPredefined(name)) {
                throw ApiException.badRequest(
                        "conflicting options: cannot attach both user-defined and non-user-defined network-modes");
            }
        }
    }

    /**
     * The name of a network. One that is not there is missed at the start: it may be made until then, and for the docker command
     * whatever a creation does not find is the image.
     */
    private String known(String reference) throws ApiException {
        try {
            return name(reference);
        } catch (ApiException e) {
            if (e.status() == ApiException.NOT_FOUND) {
                return reference;
            }
            throw e;
        }
    }

    /** A request with each of its networks by its name. */
    public CreateRequest completed(CreateRequest request) throws ApiException {
        if (NetworkChoice.of(request) instanceof NetworkChoice.None) {
            return new CreateRequest(
                    request.config(),
                    request.hostConfig(),
                    new NetworkingConfig(Map.of(NetworkChoice.NONE, EndpointSettings.NOTHING)));
        }
        if (active.isEmpty() || !(NetworkChoice.of(request) instanceof NetworkChoice.Networks(List<Wish> wishes))) {
            return request;
        }
        Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
        String mode = known(NetworkChoice.mode(request.hostConfig()));
        String mac = request.config().macAddress();
        endpoints.put(mode, EndpointSettings.NOTHING);
        for (Wish wish : wishes) {
            endpoints.put(known(wish.network()), wish.settings());
        }
        if (endpoints.get(mode).macAddress().isEmpty() && !mac.isEmpty()) {
            endpoints.put(mode, endpoints.get(mode).toBuilder().macAddress(mac).build());
        }
        return new CreateRequest(
                request.config(),
                request.hostConfig().toBuilder().networkMode(mode).build(),
                new NetworkingConfig(endpoints));
    }

    /**
     * A container's network for a run that is about to begin.
     *
     * @param neighbour opens the namespace of a container that runs
     * @param owner makes the namespace of a container with ids of its own
     * @return empty when the container makes its own with nothing in it, or has the host's
     */
    public Optional<Joined> join(ContainerRecord container, Home home, Neighbour neighbour, Optional<Owner> owner)
            throws IOException {
        return switch (NetworkChoice.of(container.request())) {
            case NetworkChoice.None() -> Optional.empty();
            case NetworkChoice.Host() -> Optional.empty();
            case NetworkChoice.Container(String reference) -> {
                Neighbour.Open open = neighbour.open(reference);
                active.ifPresent(known -> known.joining().share(open.container()));
                yield Optional.of(new Joined(open.namespace(), Optional.empty(), Given.NOTHING));
            }
            case NetworkChoice.Networks(List<Wish> wishes) -> {
                if (active.isEmpty()) {
                    check(container.request());
                    yield Optional.empty();
                }
                yield Optional.of(active().joining().start(container, home, wishes, owner));
            }
        };
    }

    /** Opens another container's network namespace. */
    @FunctionalInterface
    public interface Neighbour {
        /** @param namespace the caller's */
        record Open(String container, Fd namespace) {}

        /** @throws ApiException when there is none, or it does not run */
        Open open(String reference) throws IOException;
    }

    /** Makes a network namespace that belongs to a user namespace. */
    @FunctionalInterface
    public interface Owner {
        /** @return the caller's */
        OwnedNetwork make() throws IOException;
    }

    /** The container has ended, whoever has seen it: its ports and addresses are free when this returns. */
    public void end(String container, Optional<Home> home) throws IOException {
        if (active.isPresent()) {
            active.get().joining().end(container, home);
        }
    }

    /** Which containers have linked which, as far as this process was told. */
    public LinkIndex links() {
        return links;
    }

    /** The container itself has gone. */
    public void removed(String container) {
        links.remove(container);
        active.ifPresent(known -> known.bridges().removed(container));
    }

    /** Why the network's part of {@code --security strict} does not hold of a container that is about to be made. */
    public List<String> strictReasons(CreateRequest request) throws IOException {
        return active.isPresent()
                ? StrictNetwork.reasons(
                        request, active.get().catalogue(), active.get().bridges())
                : List.of();
    }

    /** What {@code host-gateway} stands for. */
    public List<InetAddress> hostGateway() throws IOException {
        try {
            return active().bridges().hostGateway();
        } catch (NetworkException e) {
            throw Refusal.of(e);
        }
    }

    /** Lets go of everything in this process; containers go on. */
    @Override
    public synchronized void close() {
        active.ifPresent(known -> {
            known.bridges().close();
            known.pool().close();
        });
        active = Optional.empty();
        host.ifPresent(Fd::close);
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkingConfig;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.network.Given;
import dev.estiba.engine.network.NetworkChoice;
import dev.estiba.engine.network.Networking;
import dev.estiba.engine.spec.ContainerIds;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.spec.UserNamespaceMode;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.engine.store.UnreadableRecord;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Containers and their networks. */
final class Connections {
    private static final Logger LOG = System.getLogger(Connections.class.getName());

    private final Context context;
    private final Linking linking;

    Connections(Context context) {
        this.context = context;
        this.linking = new Linking(context);
    }

    /**
     * A request with its networks by their names, and the container by its id whose network it shares.
     *
     * @throws ApiException for networks that it cannot have
     */
    CreateRequest completed(CreateRequest request) throws IOException {
        context.networking().check(request);
        if (NetworkChoice.of(request) instanceof NetworkChoice.Container(String reference)) {
            return sharing(reference, request);
        }
        return context.networking().completed(linking.completed(request));
    }

    /** With that container's id, and called as it is called. */
    private CreateRequest sharing(String reference, CreateRequest request) throws IOException {
        if (!context.store().isKnown(reference)) {
            return request; // as with networks: missed at the start
        }
        try (Locked other = context.look(reference)) {
            ContainerRecord record = other.record();
            SpecBuilder spec = SpecBuilder.of(record.id(), record.request(), context.facts());
            HostConfig host = request.hostConfig().toBuilder()
                    .networkMode(NetworkChoice.CONTAINER + record.id())
                    .build();
            ContainerConfig config = request.config().toBuilder()
                    .hostname(spec.hostname())
                    .domainname(record.request().config().domainname())
                    .build();
            return new CreateRequest(config, host, request.networkingConfig());
        }
    }

    /** What a container's run is to have; of a failed start {@link Removal#end} takes it back. */
    Connection make(Locked container) throws IOException {
        return new Connection(
                context.networking().join(container.record(), container.home(), this::open, owner(container.record())));
    }

    /** A network of a container with ids of its own is one of its user namespace: sysfs(5) is mounted by whoever owns it alone. */
    private Optional<Networking.Owner> owner(ContainerRecord record) throws ApiException {
        return switch (UserNamespaceMode.of(record.request().hostConfig(), context.facts())) {
            case UserNamespaceMode.Host() -> Optional.empty();
            case UserNamespaceMode.Auto auto -> Optional.empty(); // its record has ids from its creation on
            case UserNamespaceMode.Mapped(ContainerIds ids) ->
                Optional.of(() -> context.runtime().ownedNetwork(ids.uids(), ids.gids()));
        };
    }

    /** Opens the network namespace of a container that runs. */
    private Networking.Neighbour.Open open(String reference) throws IOException {
        try (Locked other = context.look(reference)) {
            String id = other.record().id();
            return new Networking.Neighbour.Open(
                    id,
                    namespace(other)
                            .orElseThrow(() ->
                                    ApiException.conflict("cannot join network of a non running container: " + id)));
        }
    }

    /** The network namespace of a container; empty when it does not run. */
    Optional<Fd> namespace(Locked container) throws IOException {
        return OpenNamespace.of(context, container, "net");
    }

    /** Goes on with the networks of containers that an earlier process has left. */
    void restore() throws IOException {
        if (context.facts().lent().isEmpty()) {
            context.networking().activate();
        }
        if (!context.networking().isActive()) {
            return;
        }
        List<Networking.Survivor> survivors = new ArrayList<>();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            for (String id : context.store().ids()) {
                Optional<Home> home = context.store().look(id);
                if (home.isPresent()) {
                    open.add(home.get()::close);
                    survivor(home.get()).ifPresent(survivor -> {
                        survivors.add(survivor);
                        open.add(survivor.namespace()::close);
                    });
                }
            }
            for (Networking.Survivor changed : context.networking().restore(survivors)) {
                tell(changed.container(), changed.home());
            }
        } finally {
            for (AutoCloseable each : open) {
                close(each);
            }
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<Networking.Survivor> survivor(Home home) throws IOException {
        try {
            Optional<ContainerRecord> record = home.record();
            if (record.isPresent()) {
                linking.remember(record.get());
            }
            if (record.isEmpty() || Networking.given(home).places().isEmpty()) {
                return Optional.empty();
            }
            Optional<Fd> namespace = namespace(new Locked(home, record.get()));
            return namespace.map(fd -> new Networking.Survivor(record.get(), home, fd));
        } catch (UnreadableRecord e) {
            LOG.log(Level.WARNING, e.getMessage());
            return Optional.empty();
        }
    }

    /** Joins a container to one more network: at once when it runs, else at its next start. */
    void connect(String network, NetworkConnectRequest request) throws IOException {
        String name = context.networking().name(network);
        try (Locked container = context.lock(request.container())) {
            ContainerRecord record = container.record();
            Map<String, EndpointSettings> endpoints = joinable(record, name);
            if (endpoints.containsKey(name)) {
                throw new ApiException(
                        ApiException.FORBIDDEN,
                        "endpoint with name " + record.name() + " already exists in network " + name);
            }
            endpoints.put(name, request.endpointConfig());
            ContainerRecord changed = with(record, endpoints);
            context.networking().check(changed.request());
            Optional<Fd> namespace = namespace(container);
            if (namespace.isPresent()) {
                try (Fd running = namespace.get()) {
                    context.networking()
                            .connect(
                                    changed,
                                    container.home(),
                                    new NetworkChoice.Wish(name, request.endpointConfig()),
                                    running);
                }
                tell(changed, container.home());
            }
            context.store().replace(container.home(), changed);
        }
    }

    /** What its network says about names now. */
    private void tell(ContainerRecord record, Home home) throws IOException {
        SpecBuilder spec = SpecBuilder.of(record.id(), record.request(), context.facts());
        Given given = Networking.given(home);
        writeFiles(record, ContainerFiles.of(home), given, spec.hostname(), spec.ids());
    }

    /** Takes a container out of a network. */
    void disconnect(String network, NetworkDisconnectRequest request) throws IOException {
        String name = context.networking().name(network);
        try (Locked container = context.lock(request.container())) {
            ContainerRecord record = container.record();
            Map<String, EndpointSettings> endpoints = leavable(record, name);
            if (!endpoints.containsKey(name)) {
                throw new ApiException(
                        ApiException.FORBIDDEN,
                        "container " + record.id() + " is not connected to the network " + name);
            }
            endpoints.remove(name);
            context.store().replace(container.home(), with(record, endpoints));
            Optional<Fd> namespace = namespace(container);
            if (namespace.isPresent()) {
                try (Fd running = namespace.get()) {
                    context.networking().disconnect(record.id(), container.home(), name, running);
                }
                tell(with(record, endpoints), container.home());
            }
        }
    }

    /** The networks of a container that may be in one more: moby, daemon/container_operations.go and _unix.go. */
    private static Map<String, EndpointSettings> joinable(ContainerRecord record, String network) throws ApiException {
        if (network.equals(NetworkChoice.HOST)) {
            throw ApiException.badRequest(
                    "cannot connect container to host network - container must be created in host network mode");
        }
        NetworkChoice choice = NetworkChoice.of(record.request());
        if (choice instanceof NetworkChoice.Container || choice instanceof NetworkChoice.Host) {
            throw ApiException.badRequest(
                    "container sharing network namespace with another container or host cannot be connected to any other network");
        }
        Map<String, EndpointSettings> endpoints = endpoints(record);
        boolean isPrivate = network.equals(NetworkChoice.NONE) && !endpoints.isEmpty();
        if (isPrivate || NetworkChoice.isInNone(record.request())) {
            throw ApiException.badRequest(
                    "container cannot be connected to multiple networks with one of the networks in private (none) mode");
        }
        return endpoints;
    }

    /** The networks of a container that may leave that one. */
    private static Map<String, EndpointSettings> leavable(ContainerRecord record, String network) throws ApiException {
        if (network.equals(NetworkChoice.HOST) && NetworkChoice.of(record.request()) instanceof NetworkChoice.Host) {
            throw ApiException.badRequest(
                    "cannot disconnect container from host network - container was created in host network mode");
        }
        return endpoints(record);
    }

    private static Map<String, EndpointSettings> endpoints(ContainerRecord record) {
        Map<String, EndpointSettings> endpoints = new LinkedHashMap<>();
        switch (NetworkChoice.of(record.request())) {
            case NetworkChoice.Container(String reference) -> {}
            case NetworkChoice.Host() -> {}
            case NetworkChoice.None() -> {
                if (NetworkChoice.isInNone(record.request())) {
                    endpoints.put(NetworkChoice.NONE, EndpointSettings.NOTHING);
                }
            }
            case NetworkChoice.Networks(List<NetworkChoice.Wish> wishes) ->
                wishes.forEach(wish -> endpoints.put(wish.network(), wish.settings()));
        }
        return endpoints;
    }

    private static ContainerRecord with(ContainerRecord record, Map<String, EndpointSettings> endpoints) {
        CreateRequest request = record.request();
        return record.with(new CreateRequest(request.config(), request.hostConfig(), new NetworkingConfig(endpoints)));
    }

    /** Containers' names, by their ids. */
    Map<String, String> names() throws IOException {
        Map<String, String> names = new HashMap<>();
        for (ContainerRecord record : records()) {
            names.put(record.id(), record.name());
        }
        return names;
    }

    /** The names of networks that containers want. */
    Set<String> used() throws IOException {
        Set<String> used = new HashSet<>();
        for (ContainerRecord record : records()) {
            if (NetworkChoice.of(record.request()) instanceof NetworkChoice.Networks(List<NetworkChoice.Wish> wishes)) {
                wishes.forEach(wish -> used.add(wish.network()));
            }
        }
        return used;
    }

    private List<ContainerRecord> records() throws IOException {
        List<ContainerRecord> records = new ArrayList<>();
        for (String id : context.store().ids()) {
            Optional<Home> home = context.store().look(id);
            if (home.isPresent()) {
                try (Home open = home.get()) {
                    open.record().ifPresent(records::add);
                } catch (UnreadableRecord e) {
                    LOG.log(Level.WARNING, e.getMessage());
                }
            }
        }
        return records;
    }

    /** /etc/hostname, /etc/hosts and /etc/resolv.conf of a run. */
    void writeFiles(Locked container, Connection connection, String hostname, Optional<ContainerIds> owner)
            throws IOException {
        CreateRequest request = container.record().request();
        Path files = container.home().runPath();
        if (NetworkChoice.of(request) instanceof NetworkChoice.Container(String reference)) {
            try (Locked other = context.look(reference)) {
                SpareRoots.spoil(other.home());
                ContainerFiles.copy(ContainerFiles.of(other.home()), files, owner);
            }
            return;
        }
        writeFiles(container.record(), files, connection.given(), hostname, owner);
        tellParents(container.record().id());
    }

    /** It may have another address than those who have linked it know. */
    private void tellParents(String id) throws IOException {
        for (String parent : context.networking().links().parents(id)) {
            Optional<Home> home = context.store().look(parent);
            if (home.isPresent()) {
                try (Home open = home.get()) {
                    Optional<ContainerRecord> record = open.record();
                    if (record.isPresent()
                            && context.status(new Locked(open, record.get())) instanceof Status.Running) {
                        tell(record.get(), open);
                    }
                }
            }
        }
    }

    /** A container with what its links say, before it is started. */
    ContainerRecord linked(ContainerRecord record) throws IOException {
        return linking.withVariables(record, true);
    }

    /** There is a new container. */
    void made(ContainerRecord record) throws ApiException {
        linking.remember(record);
    }

    /** Takes a link back: web/db. */
    void unlink(String reference) throws IOException {
        ContainerRecord parent = linking.remove(reference);
        try (Locked container = context.look(parent.id())) {
            if (context.status(container) instanceof Status.Running) {
                tell(parent, container.home());
            }
        }
    }

    private void writeFiles(
            ContainerRecord record, Path files, Given given, String hostname, Optional<ContainerIds> owner)
            throws IOException {
        CreateRequest request = record.request();
        boolean asksForHost =
                request.hostConfig().extraHosts().stream().anyMatch(each -> each.endsWith("host-gateway"));
        boolean hasBridges = context.networking().isActive();
        List<InetAddress> hostGateway =
                asksForHost && hasBridges ? context.networking().hostGateway() : List.of();
        if (!Linking.hasLinks(request)) {
            ContainerFiles.Network network = new ContainerFiles.Network(given, hostGateway, List.of());
            ContainerFiles.write(
                    files, request.hostConfig(), hostname, request.config().domainname(), network, owner);
            return;
        }
        // One after the other: who writes last has seen all that others were given before.
        synchronized (context.networking().links()) {
            ContainerFiles.Network network = new ContainerFiles.Network(given, hostGateway, linking.hosts(record));
            ContainerFiles.write(
                    files, request.hostConfig(), hostname, request.config().domainname(), network, owner);
        }
    }
}

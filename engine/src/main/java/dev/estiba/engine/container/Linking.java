package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EndpointSettings;
import dev.estiba.api.HostConfig;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.network.Given;
import dev.estiba.engine.network.Link;
import dev.estiba.engine.network.LinkEnvironment;
import dev.estiba.engine.network.NetworkChoice;
import dev.estiba.engine.network.NetworkView;
import dev.estiba.engine.network.Networking;
import dev.estiba.engine.spec.SpecBuilder;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.Home;
import dev.estiba.network.dns.HostsFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code --link} on the default network: a linked container's address is in the hosts file and the environment of who links it. In
 * a record links have the other one's id, so that it may be renamed. In a network of a user's they are names of the resolver's.
 */
final class Linking {
    private final Context context;

    Linking(Context context) {
        this.context = context;
    }

    /**
     * Another container that one has linked, and what it calls it.
     *
     * @param given also while it is starting
     */
    private record Linked(Link link, ContainerRecord record, Given given, boolean runs) {}

    /** Whether it has links of the old kind. */
    static boolean hasLinks(CreateRequest request) {
        return !request.hostConfig().links().isEmpty()
                && NetworkChoice.mode(request.hostConfig()).equals(NetworkChoice.DEFAULT)
                && NetworkChoice.of(request) instanceof NetworkChoice.Networks;
    }

    /**
     * A request with the ids of those that it links.
     *
     * @throws ApiException 400 for links that it cannot have, in the words of moby (daemon, registerLinks)
     */
    CreateRequest completed(CreateRequest request) throws IOException {
        HostConfig host = request.hostConfig();
        if (host.links().isEmpty()) {
            return request;
        }
        Map<String, Link> links = Link.parse(host.links());
        if (!hasLinks(request)) {
            return with(request, List.of()); // as dockerd has it
        }
        if (!context.networking().isActive()) {
            throw ApiException.notImplemented("links need the daemon (--link)");
        }
        List<String> resolved = new ArrayList<>();
        for (Link link : links.values()) {
            resolved.add(new Link(target(link.target()), link.alias()).text());
        }
        return with(request, resolved);
    }

    private static CreateRequest with(CreateRequest request, List<String> links) {
        return new CreateRequest(
                request.config(), request.hostConfig().toBuilder().links(links).build(), request.networkingConfig());
    }

    /** Of one that shares another one's network, that one. */
    private String target(String name) throws IOException {
        String reference = name;
        while (true) {
            try (Locked child = context.look(reference)) {
                switch (NetworkChoice.of(child.record().request())) {
                    case NetworkChoice.Container(String other) -> reference = other;
                    case NetworkChoice.Host() ->
                        throw ApiException.badRequest(
                                "conflicting options: host type networking can't be used with links. This would result in undefined behavior");
                    case NetworkChoice.None() -> {
                        return child.record().id();
                    }
                    case NetworkChoice.Networks networks -> {
                        return child.record().id();
                    }
                }
            } catch (ApiException e) {
                // "Not found" would be taken for the image by the docker command.
                throw e.status() == ApiException.NOT_FOUND
                        ? ApiException.badRequest("could not get container for " + reference + ": " + e.message())
                        : e;
            }
        }
    }

    /** There is a container, or an earlier process has left it: who it links is to be found from there. */
    void remember(ContainerRecord record) throws ApiException {
        for (Link link : links(record)) {
            context.networking().links().add(record.id(), link.target());
        }
    }

    private static List<Link> links(ContainerRecord record) throws ApiException {
        return hasLinks(record.request())
                ? List.copyOf(Link.parse(record.request().hostConfig().links()).values())
                : List.of();
    }

    /** Those that are there; who has gone is linked no more. */
    private List<Linked> linked(ContainerRecord parent) throws IOException {
        List<Linked> all = new ArrayList<>();
        for (Link link : links(parent)) {
            Optional<Home> home = context.store().look(link.target());
            if (home.isPresent()) {
                try (Home open = home.get()) {
                    Optional<ContainerRecord> record = open.record();
                    if (record.isPresent()) {
                        boolean runs = context.status(new Locked(open, record.get())) instanceof Status.Running;
                        all.add(new Linked(link, record.get(), Networking.given(open), runs));
                    }
                }
            }
        }
        return all;
    }

    private static Optional<EndpointSettings> onBridge(CreateRequest request, Given given) {
        return Optional.ofNullable(NetworkView.endpoints(request, given).get(NetworkChoice.DEFAULT));
    }

    /**
     * A container with the variables of those that it links, beneath its own.
     *
     * @param isStarting whether all of them have to run
     */
    ContainerRecord withVariables(ContainerRecord record, boolean isStarting) throws IOException {
        if (!hasLinks(record.request())) {
            return record;
        }
        List<String> variables = new ArrayList<>();
        for (Linked each : linked(record)) {
            String name = each.record().name();
            Optional<EndpointSettings> place = onBridge(each.record().request(), each.given());
            if (isStarting && !each.runs()) {
                throw ApiException.serverError("Cannot link to a non running container: /" + name + " AS /"
                        + record.name() + "/" + each.link().alias());
            }
            if (isStarting && place.isEmpty()) {
                throw ApiException.serverError(
                        "container " + each.record().id() + " not attached to default bridge network");
            }
            if (place.isPresent() && !place.get().ipAddress().isEmpty()) {
                variables.addAll(LinkEnvironment.of(
                        record.name(),
                        each.link().alias(),
                        place.get().ipAddress(),
                        each.record().request().config().exposedPorts(),
                        each.record().request().config().env()));
            }
        }
        variables.addAll(record.request().config().env());
        CreateRequest request = record.request();
        return record.with(new CreateRequest(
                request.config().toBuilder().env(variables).build(), request.hostConfig(), request.networkingConfig()));
    }

    /** Lines of its hosts file: the alias, the other one's host name and its name. */
    List<HostsFile.Entry> hosts(ContainerRecord record) throws IOException {
        List<HostsFile.Entry> all = new ArrayList<>();
        for (Linked each : linked(record)) {
            Set<String> names = new LinkedHashSet<>();
            names.add(each.link().alias());
            names.add(SpecBuilder.of(each.record().id(), each.record().request(), context.facts())
                    .hostname());
            names.add(each.record().name());
            // A host name may be any text.
            names.removeIf(name -> name.isEmpty() || name.chars().anyMatch(c -> c <= ' ' || c == '#'));
            each.given().places().stream()
                    .filter(place -> place.network().equals(NetworkChoice.DEFAULT))
                    .flatMap(place -> place.endpoint().addresses().stream())
                    .forEach(address -> all.add(new HostsFile.Entry(address, List.copyOf(names))));
        }
        return all;
    }

    /** The id that an id, its beginning, a name, or a link's name (web/db) stands for. */
    static String resolve(Context context, String reference) throws IOException {
        int slash = reference.indexOf('/', 1);
        if (slash < 0) {
            return context.store().resolve(reference);
        }
        Linking linking = new Linking(context);
        String alias = reference.substring(slash + 1);
        try {
            Optional<ContainerRecord> parent = linking.record(context.store().resolve(reference.substring(0, slash)));
            for (Link link : parent.isPresent() ? links(parent.get()) : List.<Link>of()) {
                if (link.alias().equals(alias) && context.store().has(link.target())) {
                    return link.target();
                }
            }
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_FOUND) {
                throw e;
            }
        }
        throw ApiException.notFound("No such container: " + reference);
    }

    /** A container's names: its own, and /web/db where web calls it db. */
    List<String> allNames(ContainerRecord record) throws IOException {
        String child = record.id();
        List<String> all = new ArrayList<>(List.of("/" + record.name()));
        for (String id : context.networking().links().parents(child)) {
            Optional<ContainerRecord> parent = record(id);
            for (Link link : parent.isPresent() ? links(parent.get()) : List.<Link>of()) {
                if (link.target().equals(child)) {
                    all.add("/" + parent.get().name() + "/" + link.alias());
                }
            }
        }
        return all;
    }

    private Optional<ContainerRecord> record(String id) throws IOException {
        Optional<Home> home = context.store().look(id);
        if (home.isEmpty()) {
            return Optional.empty();
        }
        try (Home open = home.get()) {
            return open.record();
        }
    }

    /** As inspect has it: {@code /db:/web/alias}. */
    HostConfig shown(ContainerRecord record) throws IOException {
        HostConfig host = record.request().hostConfig();
        if (!hasLinks(record.request())) {
            return host;
        }
        List<String> links = new ArrayList<>();
        for (Linked each : linked(record)) {
            links.add("/" + each.record().name() + ":/" + record.name() + "/"
                    + each.link().alias());
        }
        return host.toBuilder().links(links).build();
    }

    /**
     * Takes a link back, {@code rm --link}: /web/db.
     *
     * @return who had it
     */
    ContainerRecord remove(String reference) throws IOException {
        String name = reference.startsWith("/") ? reference.substring(1) : reference;
        int slash = name.lastIndexOf('/');
        if (slash < 0) {
            context.look(name).close();
            throw ApiException.conflict("Conflict, cannot remove the default link name of the container");
        }
        try (Locked parent = context.lock(name.substring(0, slash))) {
            Map<String, Link> links = new LinkedHashMap<>();
            links(parent.record()).forEach(link -> links.put(link.alias(), link));
            if (links.remove(name.substring(slash + 1)) == null) {
                throw ApiException.notFound("No such container: " + reference);
            }
            CreateRequest request = parent.record().request();
            ContainerRecord changed = parent.record()
                    .with(with(request, links.values().stream().map(Link::text).toList()));
            context.store().replace(parent.home(), changed);
            return changed;
        }
    }
}

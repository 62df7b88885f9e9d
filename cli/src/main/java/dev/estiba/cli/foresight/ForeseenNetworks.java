package dev.estiba.cli.foresight;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.EngineApi;
import dev.estiba.api.NetworkConnectRequest;
import dev.estiba.api.NetworkCreateRequest;
import dev.estiba.api.NetworkCreateResponse;
import dev.estiba.api.NetworkDisconnectRequest;
import dev.estiba.api.NetworkInspect;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** What would become of networks. */
final class ForeseenNetworks {
    /** That are always there. */
    static final Set<String> PREDEFINED = Set.of("bridge", "host", "none");

    private final EngineApi engine;
    private final Plan plan;

    ForeseenNetworks(EngineApi engine, Plan plan) {
        this.engine = engine;
        this.plan = plan;
    }

    NetworkCreateResponse createNetwork(NetworkCreateRequest body) throws ApiException {
        String name = body.name();
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw ApiException.badRequest(
                    "invalid network name \"" + name + "\", only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
        if (PREDEFINED.contains(name) || name.equals("default") || name.equals("container")) {
            throw new ApiException(
                    ApiException.FORBIDDEN, "operation is not permitted on predefined " + name + " network ");
        }
        List<NetworkInspect> all = engine.listNetworks(Map.of());
        if (all.stream().anyMatch(each -> each.name().equals(name))) {
            throw ApiException.conflict("network with name " + name + " already exists");
        }
        plan.add(Step.add("network", name, "driver " + (body.driver().isEmpty() ? "bridge" : body.driver())));
        return new NetworkCreateResponse("", "");
    }

    void removeNetwork(String id) throws ApiException {
        NetworkInspect network = engine.inspectNetwork(id);
        if (PREDEFINED.contains(network.name())) {
            throw new ApiException(
                    ApiException.FORBIDDEN, network.name() + " is a pre-defined network and cannot be removed");
        }
        if (!network.containers().isEmpty()) {
            List<String> endpoints = network.containers().values().stream()
                    .map(each -> "name:\"" + each.name() + "\" id:\""
                            + each.endpointId()
                                    .substring(0, Math.min(12, each.endpointId().length())) + "\"")
                    .toList();
            throw new ApiException(
                    ApiException.FORBIDDEN,
                    "error while removing network: network " + network.name() + " has active endpoints ("
                            + String.join(", ", endpoints) + ")");
        }
        plan.add(Step.remove("network", network.name(), OptionalLong.empty()));
    }

    void connectNetwork(String id, NetworkConnectRequest body) throws ApiException {
        NetworkInspect network = engine.inspectNetwork(id);
        ContainerInspect container = engine.inspectContainer(body.container());
        String name = container.name().replaceFirst("^/", "");
        if (network.name().equals("host")) {
            throw ApiException.badRequest(
                    "cannot connect container to host network - container must be created in host network mode");
        }
        if (container.networkSettings().networks().containsKey(network.name())) {
            throw new ApiException(
                    ApiException.FORBIDDEN,
                    "endpoint with name " + name + " already exists in network " + network.name());
        }
        plan.add(Step.change("container", name, "networks", "", "also " + network.name(), when(container)));
    }

    private static String when(ContainerInspect container) {
        return container.state().running() ? "at once" : "from its next start on";
    }

    void disconnectNetwork(String id, NetworkDisconnectRequest body) throws ApiException {
        NetworkInspect network = engine.inspectNetwork(id);
        ContainerInspect container = engine.inspectContainer(body.container());
        String name = container.name().replaceFirst("^/", "");
        if (!container.networkSettings().networks().containsKey(network.name())) {
            throw new ApiException(
                    ApiException.FORBIDDEN,
                    "container " + container.id() + " is not connected to the network " + network.name());
        }
        plan.add(Step.change("container", name, "networks", network.name(), "", when(container)));
    }
}

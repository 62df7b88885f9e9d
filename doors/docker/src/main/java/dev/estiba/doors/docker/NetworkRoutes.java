package dev.estiba.doors.docker;

import dev.estiba.api.Body;
import dev.estiba.api.EngineApi;
import dev.estiba.api.NetworkInspect;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Networks. */
final class NetworkRoutes {
    private final EngineApi engine;

    NetworkRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/networks", Kind.CALL, this::list),
                new Route("POST", "/networks/create", Kind.CALL, this::create),
                new Route("POST", "/networks/prune", Kind.LONG, this::prune),
                new Route("GET", "/networks/{id}", Kind.CALL, this::inspect),
                new Route("DELETE", "/networks/{id}", Kind.CALL, this::remove),
                new Route("POST", "/networks/{id}/connect", Kind.CALL, this::connect),
                new Route("POST", "/networks/{id}/disconnect", Kind.CALL, this::disconnect));
    }

    private void list(Exchange exchange) throws IOException {
        List<NetworkInspect> found = engine.listNetworks(exchange.query().filters());
        if (exchange.version().isBefore(28)) {
            List<NetworkInspect> whole = new ArrayList<>();
            for (NetworkInspect each : found) {
                whole.add(engine.inspectNetwork(each.id()));
            }
            found = whole;
        }
        exchange.answerList(Body.NETWORK_INSPECT, found);
    }

    private void create(Exchange exchange) throws IOException {
        exchange.answer(
                201, Body.NETWORK_CREATE_RESPONSE, engine.createNetwork(exchange.json(Body.NETWORK_CREATE_REQUEST)));
    }

    private void prune(Exchange exchange) throws IOException {
        exchange.answer(
                200, Body.NETWORKS_PRUNED, engine.pruneNetworks(exchange.query().filters()));
    }

    private void inspect(Exchange exchange) throws IOException {
        NetworkInspect network = engine.inspectNetwork(exchange.name());
        exchange.answer(200, Body.NETWORK_INSPECT, network, AnswerForms.network(exchange.version(), network));
    }

    private void remove(Exchange exchange) throws IOException {
        engine.removeNetwork(exchange.name());
        exchange.empty(204);
    }

    private void connect(Exchange exchange) throws IOException {
        engine.connectNetwork(exchange.name(), exchange.json(Body.NETWORK_CONNECT_REQUEST));
        exchange.empty(200);
    }

    private void disconnect(Exchange exchange) throws IOException {
        engine.disconnectNetwork(exchange.name(), exchange.json(Body.NETWORK_DISCONNECT_REQUEST));
        exchange.empty(200);
    }
}

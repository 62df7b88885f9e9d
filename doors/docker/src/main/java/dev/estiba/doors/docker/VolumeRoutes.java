package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.EngineApi;
import dev.estiba.api.VolumeCreateRequest;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Volumes. */
final class VolumeRoutes {
    /** Since 1.42 only anonymous volumes are pruned, unless all are asked for. */
    private static final int ANONYMOUS_ONLY = 42;

    private static final int UNAVAILABLE = 503;

    private final EngineApi engine;

    VolumeRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/volumes", Kind.CALL, this::list),
                new Route("POST", "/volumes/create", Kind.CALL, this::create),
                new Route("POST", "/volumes/prune", Kind.LONG, this::prune),
                new Route("GET", "/volumes/{name}", Kind.CALL, this::inspect),
                new Route("DELETE", "/volumes/{name}", Kind.LONG, this::remove),
                new Route("PUT", "/volumes/{name}", Kind.CALL, this::update));
    }

    /** Of a cluster's volumes alone. */
    private void update(Exchange exchange) throws IOException {
        throw new ApiException(UNAVAILABLE, "volume update only valid for cluster volumes, but swarm is unavailable");
    }

    private void list(Exchange exchange) throws IOException {
        exchange.answer(
                200, Body.VOLUME_LIST, engine.listVolumes(exchange.query().filters()));
    }

    private void create(Exchange exchange) throws IOException {
        VolumeCreateRequest request = exchange.jsonIfAny(Body.VOLUME_CREATE_REQUEST)
                .orElse(new VolumeCreateRequest("", Map.of(), Map.of(), ""));
        exchange.answer(201, Body.VOLUME, engine.createVolume(request));
    }

    private void prune(Exchange exchange) throws IOException {
        Map<String, List<String>> filters = new LinkedHashMap<>(exchange.query().filters());
        if (exchange.version().isBefore(ANONYMOUS_ONLY)) {
            filters.put("all", List.of("true"));
        }
        exchange.answer(200, Body.VOLUMES_PRUNED, engine.pruneVolumes(filters));
    }

    private void inspect(Exchange exchange) throws IOException {
        exchange.answer(200, Body.VOLUME, engine.inspectVolume(exchange.name()));
    }

    private void remove(Exchange exchange) throws IOException {
        engine.removeVolume(exchange.name(), exchange.query().bool("force"));
        exchange.empty(204);
    }
}

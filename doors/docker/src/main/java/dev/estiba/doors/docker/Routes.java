package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The API's table. Of rows that fit, the first one counts, and one without a name in braces before all that have one; a path that
 * fits with another method is as unknown as any other, as it is to dockerd.
 */
final class Routes {
    private final Map<String, Route> whole = new HashMap<>();
    private final List<Route> named = new ArrayList<>();

    /**
     * @param route what answers
     * @param name what the path has for the name in braces
     */
    record Found(Route route, String name) {}

    private Routes(List<Route> routes) {
        for (Route each : routes) {
            if (each.path().indexOf('{') < 0) {
                whole.put(each.method() + " " + each.path(), each);
            } else {
                named.add(each);
            }
        }
    }

    static Routes of(EngineApi engine, DoorSettings settings) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SystemRoutes(engine, settings).routes());
        routes.addAll(new ContainerRoutes(engine).routes());
        routes.addAll(new AttachRoutes(engine).routes());
        routes.addAll(new LogRoutes(engine).routes());
        routes.addAll(new ExecRoutes(engine).routes());
        routes.addAll(new ImageRoutes(engine, settings).routes());
        routes.addAll(new TransferRoutes(engine, settings).routes());
        routes.addAll(new FileRoutes(engine).routes());
        routes.addAll(new WatchRoutes(engine).routes());
        routes.addAll(new NetworkRoutes(engine).routes());
        routes.addAll(new VolumeRoutes(engine).routes());
        routes.addAll(UnbuiltRoutes.routes());
        return new Routes(routes);
    }

    Found find(String method, String path) throws ApiException {
        Route exact = whole.get(method + " " + path);
        if (exact != null) {
            return new Found(exact, "");
        }
        for (Route each : named) {
            Optional<String> name = each.method().equals(method) ? each.match(path) : Optional.empty();
            if (name.isPresent()) {
                return new Found(each, name.get());
            }
        }
        throw ApiException.notFound("page not found");
    }
}

package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.doors.docker.Route.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the API has and the engine has not. Whoever asks is told what is missing. */
final class UnbuiltRoutes {
    private static final int UNAVAILABLE = 503;
    private static final String NO_SWARM =
            "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm"
                    + " and try again.";

    private UnbuiltRoutes() {}

    static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        unbuilt(routes, "building images", "POST /build", "POST /session", "POST /grpc");
        // "docker system prune" asks for it as well, and there is nothing that could be pruned.
        byte[] nothing = "{\"CachesDeleted\":null,\"SpaceReclaimed\":0}".getBytes(StandardCharsets.UTF_8);
        routes.add(new Route("POST", "/build/prune", Kind.CALL, each -> each.document(200, nothing)));
        unbuilt(routes, "searching registries", "GET /images/search");
        unbuilt(routes, "attestations of images", "GET /images/{name}/attestations");
        unbuilt(
                routes,
                "plugins",
                "GET /plugins/privileges",
                "POST /plugins/pull",
                "POST /plugins/create",
                "DELETE /plugins/{name}",
                "POST /plugins/{name}/enable",
                "POST /plugins/{name}/disable",
                "POST /plugins/{name}/upgrade",
                "POST /plugins/{name}/push",
                "POST /plugins/{name}/set");
        routes.add(new Route("GET", "/plugins", Kind.CALL, each -> each.document(200, new byte[] {'[', ']'})));
        unbuilt(routes, "swarm mode", "POST /swarm/init", "POST /swarm/join");
        // A node that is in no swarm has no answer to these, and so it says, as dockerd's do.
        noSwarm(routes, "GET /swarm", "POST /swarm/update", "GET /swarm/unlockkey", "POST /swarm/unlock");
        add(routes, "POST /swarm/leave", exchange -> {
            throw new ApiException(UNAVAILABLE, "This node is not part of a swarm");
        });
        noSwarm(routes, "GET /nodes", "GET /nodes/{id}", "DELETE /nodes/{id}", "POST /nodes/{id}/update");
        noSwarm(
                routes,
                "GET /services",
                "POST /services/create",
                "GET /services/{id}/logs",
                "GET /services/{id}",
                "DELETE /services/{id}",
                "POST /services/{id}/update");
        noSwarm(routes, "GET /tasks", "GET /tasks/{id}/logs", "GET /tasks/{id}");
        for (String kind : List.of("secrets", "configs")) {
            noSwarm(
                    routes,
                    "GET /" + kind,
                    "POST /" + kind + "/create",
                    "GET /" + kind + "/{id}",
                    "DELETE /" + kind + "/{id}",
                    "POST /" + kind + "/{id}/update");
        }
        later(routes);
        return routes;
    }

    /** What is to be built next; its rows move to those that answer. */
    private static void later(List<Route> routes) {
        unbuilt(routes, "checkpoints", "GET /containers/{name}/checkpoints", "POST /containers/{name}/checkpoints");
        // "docker inspect" asks for each kind of object in turn, and goes on when there is none of that name.
        absent(routes, "/plugins/{name}/json", "plugin \"%s\" not found");
    }

    private static void add(List<Route> routes, String row, Route.Handler handler) {
        int space = row.indexOf(' ');
        routes.add(new Route(row.substring(0, space), row.substring(space + 1), Kind.CALL, handler));
    }

    private static void unbuilt(List<Route> routes, String what, String... rows) {
        for (String row : rows) {
            add(routes, row, exchange -> {
                throw ApiException.notImplemented(what + ": not built yet");
            });
        }
    }

    private static void noSwarm(List<Route> routes, String... rows) {
        for (String row : rows) {
            add(routes, row, exchange -> {
                throw new ApiException(UNAVAILABLE, NO_SWARM);
            });
        }
    }

    private static void absent(List<Route> routes, String path, String words) {
        add(routes, "GET " + path, exchange -> {
            throw ApiException.notFound(words.replace("%s", exchange.name()));
        });
    }
}

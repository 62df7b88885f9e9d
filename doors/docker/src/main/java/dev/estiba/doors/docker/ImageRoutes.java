package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.List;

/** Images that are here. */
final class ImageRoutes {
    private final EngineApi engine;

    ImageRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/images/json", Kind.LONG, this::list),
                new Route("POST", "/images/prune", Kind.LONG, this::prune),
                new Route("GET", "/images/{name}/json", Kind.CALL, this::inspect),
                new Route("GET", "/images/{name}/history", Kind.CALL, this::history),
                new Route("POST", "/images/{name}/tag", Kind.CALL, this::tag),
                new Route("DELETE", "/images/{name}", Kind.LONG, this::remove));
    }

    private void list(Exchange exchange) throws IOException {
        Query query = exchange.query();
        exchange.answerList(
                Body.IMAGE_SUMMARY, engine.listImages(new ImageListOptions(query.bool("all"), query.filters())));
    }

    private void prune(Exchange exchange) throws IOException {
        ImagePruneOptions options = new ImagePruneOptions(exchange.query().filters());
        exchange.answer(200, Body.IMAGES_PRUNED, engine.pruneImages(options));
    }

    private void inspect(Exchange exchange) throws IOException {
        exchange.answer(200, Body.IMAGE_INSPECT, engine.inspectImage(exchange.name()));
    }

    private void history(Exchange exchange) throws IOException {
        exchange.answerList(Body.HISTORY_ITEM, engine.imageHistory(exchange.name()));
    }

    private void tag(Exchange exchange) throws IOException {
        String repository = exchange.query().text("repo");
        if (repository.isEmpty()) {
            throw ApiException.badRequest("invalid reference format");
        }
        engine.tagImage(exchange.name(), named(repository, exchange.query().text("tag")));
        exchange.empty(201);
    }

    /** A repository and its tag, which may be a digest, as the API has them apart. */
    static String named(String repository, String tag) {
        if (tag.isEmpty()) {
            return repository;
        }
        return repository + (tag.indexOf(':') >= 0 ? "@" : ":") + tag;
    }

    private void remove(Exchange exchange) throws IOException {
        exchange.answerList(
                Body.IMAGE_DELETED,
                engine.removeImage(exchange.name(), exchange.query().bool("force")));
    }
}

package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ImageInspectOptions;
import dev.estiba.api.ImageListOptions;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Images that are here. */
final class ImageRoutes {
    /** As reference.TagRegexp. */
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    private final EngineApi engine;
    private final RegistryAccess access;

    ImageRoutes(EngineApi engine, DoorSettings settings) {
        this.engine = engine;
        this.access = settings.registries();
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/images/json", Kind.LONG, this::list),
                new Route("POST", "/images/prune", Kind.LONG, this::prune),
                new Route("GET", "/images/{name}/json", Kind.CALL, this::inspect),
                new Route("GET", "/images/{name}/history", Kind.CALL, this::history),
                new Route("POST", "/images/{name}/tag", Kind.CALL, this::tag),
                new Route("DELETE", "/images/{name}", Kind.LONG, this::remove),
                new Route("GET", "/distribution/{name}/json", Kind.LONG, this::distribution));
    }

    private void list(Exchange exchange) throws IOException {
        Query query = exchange.query();
        ImageListOptions options = new ImageListOptions(
                query.bool("all"), query.filters(), query.bool("shared-size"), query.bool("manifests"), true);
        exchange.answerList(
                Body.IMAGE_SUMMARY,
                AnswerForms.images(exchange.version(), engine.listImages(options)),
                AnswerForms.images(exchange.version()));
    }

    private void prune(Exchange exchange) throws IOException {
        ImagePruneOptions options = new ImagePruneOptions(exchange.query().filters());
        exchange.answer(200, Body.IMAGES_PRUNED, engine.pruneImages(options));
    }

    private void inspect(Exchange exchange) throws IOException {
        Query query = exchange.query();
        ImageInspectOptions options = new ImageInspectOptions(query.bool("manifests"), query.platform());
        exchange.answer(
                200,
                Body.IMAGE_INSPECT,
                engine.inspectImage(exchange.name(), options),
                AnswerForms.image(exchange.version()));
    }

    private void history(Exchange exchange) throws IOException {
        Optional<String> platform = exchange.query().platform();
        exchange.answerList(Body.HISTORY_ITEM, engine.imageHistory(exchange.name(), platform));
    }

    private void tag(Exchange exchange) throws IOException {
        String repository = exchange.query().text("repo");
        if (repository.isEmpty()) {
            throw ApiException.badRequest("invalid reference format");
        }
        engine.tagImage(exchange.name(), tagged(repository, exchange.query().text("tag")));
        exchange.empty(201);
    }

    /** A repository and its tag, which may be a digest, as the API has them apart. */
    static String named(String repository, String tag) throws ApiException {
        if (tag.isEmpty()) {
            return repository;
        }
        boolean isDigest = tag.indexOf(':') >= 0;
        if (!isDigest && !TAG.matcher(tag).matches()) {
            throw ApiException.badRequest("invalid tag format");
        }
        return repository + (isDigest ? "@" : ":") + tag;
    }

    /** The same of what gets a name, which is never a digest. */
    static String tagged(String repository, String tag) throws ApiException {
        if (tag.indexOf(':') >= 0) {
            throw ApiException.badRequest("invalid tag format");
        }
        return named(repository, tag);
    }

    /** {@code noprune} is about images that others were built on, of which there are none. */
    private void remove(Exchange exchange) throws IOException {
        boolean force = exchange.query().bool("force");
        List<String> platforms = exchange.query().platforms("platforms");
        exchange.answerList(Body.IMAGE_DELETED, engine.removeImage(exchange.name(), force, platforms));
    }

    /** What a registry has; who asks may be somebody to it. */
    private void distribution(Exchange exchange) throws IOException {
        RegistryAccess given = RegistryAuth.access(exchange, access);
        exchange.answer(200, Body.REGISTRY_IMAGE, engine.registryImage(exchange.name(), given));
    }
}

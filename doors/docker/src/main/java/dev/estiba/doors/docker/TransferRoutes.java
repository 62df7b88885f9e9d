package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ImportOptions;
import dev.estiba.api.PullOptions;
import dev.estiba.api.PushOptions;
import dev.estiba.api.RegistryAccess;
import dev.estiba.doors.docker.ProgressStream.Words;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Images on their way: from and to registries, and archives. */
final class TransferRoutes {
    private final EngineApi engine;
    private final RegistryAccess access;

    TransferRoutes(EngineApi engine, DoorSettings settings) {
        this.engine = engine;
        this.access = settings.registries();
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/images/create", Kind.UPLOAD, this::create),
                new Route("POST", "/images/load", Kind.UPLOAD, this::load),
                new Route("GET", "/images/get", Kind.STREAM, this::save),
                new Route("GET", "/images/{name}/get", Kind.STREAM, this::saveOne),
                new Route("POST", "/images/{name}/push", Kind.STREAM, this::push));
    }

    private void create(Exchange exchange) throws IOException {
        Query query = exchange.query();
        if (query.given("fromImage").isPresent()) {
            pull(exchange, query);
        } else if (query.given("fromSrc").isPresent()) {
            bring(exchange, query);
        } else {
            throw ApiException.badRequest("invalid reference format");
        }
    }

    private void pull(Exchange exchange, Query query) throws IOException {
        String image = query.text("fromImage");
        // "docker pull -a" may leave the colon.
        String bare = image.endsWith(":") ? image.substring(0, image.length() - 1) : image;
        String reference = ImageRoutes.named(bare, query.text("tag"));
        PullOptions options = new PullOptions(
                query.given("platform").stream().toList(),
                false,
                !isChosen(reference),
                false,
                RegistryAuth.access(exchange, access));
        ProgressStream.runAfterFirst(exchange, to -> engine.pullImage(reference, options, to));
    }

    /** Whether a name says which of its repository's images is meant. */
    private static boolean isChosen(String reference) {
        return reference.indexOf('@') >= 0 || reference.indexOf(':', reference.lastIndexOf('/') + 1) >= 0;
    }

    private void bring(Exchange exchange, Query query) throws IOException {
        if (!query.text("fromSrc").equals("-")) {
            throw ApiException.notImplemented("import from an address is not built yet: send the archive (fromSrc=-)");
        }
        Optional<String> name = query.text("repo").isEmpty()
                ? Optional.empty()
                : Optional.of(ImageRoutes.tagged(query.text("repo"), query.text("tag")));
        ImportOptions options =
                new ImportOptions(name, query.texts("changes"), query.given("message"), query.given("platform"));
        ProgressStream.run(exchange, Words.STATUS, to -> engine.importImage(exchange.upload(), options, to));
    }

    private void load(Exchange exchange) throws IOException {
        List<String> platforms = exchange.query().platforms();
        boolean isQuiet = exchange.query().bool("quiet");
        ProgressStream.run(
                exchange,
                Words.STREAM,
                to -> engine.loadImages(exchange.upload(), platforms, progress -> {
                    if (!isQuiet || progress.id().isEmpty()) {
                        to.tell(progress);
                    }
                }));
    }

    private void push(Exchange exchange) throws IOException {
        Query query = exchange.query();
        String reference = ImageRoutes.tagged(exchange.name(), query.text("tag"));
        PushOptions options =
                new PushOptions(query.platforms(), !isChosen(reference), false, RegistryAuth.access(exchange, access));
        ProgressStream.run(exchange, Words.STATUS, to -> engine.pushImage(reference, options, to));
    }

    private void saveOne(Exchange exchange) throws IOException {
        save(exchange, List.of(exchange.name()));
    }

    private void save(Exchange exchange) throws IOException {
        List<String> names = exchange.query().texts("names").stream()
                .flatMap(each -> List.of(each.split(",")).stream())
                .filter(each -> !each.isEmpty())
                .toList();
        if (names.isEmpty()) {
            throw ApiException.badRequest("no images to save: the parameter \"names\" is missing");
        }
        save(exchange, names);
    }

    private void save(Exchange exchange, List<String> names) throws IOException {
        try (LateStream to = LateStream.of(exchange, "application/x-tar")) {
            engine.saveImages(names, exchange.query().platforms(), to);
            to.begin();
        }
    }
}

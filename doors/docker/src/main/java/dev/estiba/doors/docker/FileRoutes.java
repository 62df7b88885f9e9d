package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.ArchiveOptions;
import dev.estiba.api.Body;
import dev.estiba.api.CommitOptions;
import dev.estiba.api.EngineApi;
import dev.estiba.api.IdResponse;
import dev.estiba.api.Layout;
import dev.estiba.api.PathStat;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is in containers' file systems. */
final class FileRoutes {
    private static final String STAT = "X-Docker-Container-Path-Stat";
    private static final String TAR = "application/x-tar";
    private static final int CREATED = 201;

    private final EngineApi engine;

    FileRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/containers/{name}/changes", Kind.LONG, this::changes),
                new Route("GET", "/containers/{name}/export", Kind.STREAM, this::export),
                new Route("HEAD", "/containers/{name}/archive", Kind.LONG, this::stat),
                new Route("GET", "/containers/{name}/archive", Kind.STREAM, this::read),
                new Route("PUT", "/containers/{name}/archive", Kind.UPLOAD, this::write),
                new Route("POST", "/commit", Kind.LONG, this::commit));
    }

    private void changes(Exchange exchange) throws IOException {
        exchange.answerList(Body.FILE_CHANGE, engine.containerChanges(exchange.name()));
    }

    private void export(Exchange exchange) throws IOException {
        try (LateStream to = LateStream.of(exchange, "application/octet-stream")) {
            engine.exportContainer(exchange.name(), to);
        }
    }

    private static String path(Exchange exchange) throws ApiException {
        return exchange.query()
                .given("path")
                .orElseThrow(() -> ApiException.badRequest("bad parameter: path cannot be empty"));
    }

    /** As the header has it: JSON in Base64. */
    private static Map<String, String> header(PathStat stat) {
        byte[] json = Body.PATH_STAT.write(stat, Layout.COMPACT);
        return Map.of(STAT, Base64.getEncoder().encodeToString(json));
    }

    private void stat(Exchange exchange) throws IOException {
        exchange.text(200, header(engine.statPath(exchange.name(), path(exchange))), "");
    }

    private void read(Exchange exchange) throws IOException {
        engine.readArchive(exchange.name(), path(exchange), stat -> exchange.stream(TAR, header(stat)));
    }

    private void write(Exchange exchange) throws IOException {
        ArchiveOptions options = new ArchiveOptions(
                exchange.query().bool("noOverwriteDirNonDir"), exchange.query().bool("copyUIDGID"));
        engine.writeArchive(exchange.name(), path(exchange), exchange.upload(), options);
        exchange.empty(200);
    }

    private void commit(Exchange exchange) throws IOException {
        Query query = exchange.query();
        if (query.text("container").isEmpty()) {
            throw ApiException.badRequest("invalid name or ID supplied: \"\"");
        }
        Optional<String> name = query.text("repo").isEmpty()
                ? Optional.empty()
                : Optional.of(ImageRoutes.tagged(query.text("repo"), query.text("tag")));
        CommitOptions options = new CommitOptions(
                name,
                exchange.jsonIfAny(Body.CONTAINER_CONFIG),
                query.text("author"),
                query.text("comment"),
                query.texts("changes").stream()
                        .flatMap(each -> each.lines())
                        .filter(each -> !each.isBlank())
                        .toList(),
                query.bool("pause", true));
        String id = engine.commitContainer(query.text("container"), options);
        exchange.answer(CREATED, Body.ID_RESPONSE, new IdResponse(id));
    }
}

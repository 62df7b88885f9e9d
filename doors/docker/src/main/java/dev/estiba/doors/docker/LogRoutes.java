package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.EngineApi;
import dev.estiba.api.LogsOptions;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** {@code logs}. */
final class LogRoutes {
    private final EngineApi engine;

    LogRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(new Route("GET", "/containers/{name}/logs", Kind.STREAM, this::logs));
    }

    private void logs(Exchange exchange) throws IOException {
        LogsOptions options = options(exchange.query());
        ContainerInspect container = engine.inspectContainer(exchange.name());
        boolean isFramed = !container.config().tty();
        try (LateStream to = LateStream.soon(exchange, StdioFrames.contentType(exchange.version(), isFramed))) {
            StdioFrames frames = new StdioFrames(to, isFramed);
            engine.containerLogs(container.id(), options, frames::write);
            to.begin();
        }
    }

    private static LogsOptions options(Query query) throws ApiException {
        if (!query.bool("stdout") && !query.bool("stderr")) {
            throw ApiException.badRequest("Bad parameters: you must choose at least one stream");
        }
        return new LogsOptions(
                query.bool("stdout"),
                query.bool("stderr"),
                query.bool("follow"),
                query.bool("timestamps"),
                query.bool("details"),
                query.time("since"),
                query.time("until"),
                tail(query.text("tail")));
    }

    /** As dockerd: what is no number means all. */
    private static OptionalLong tail(String text) {
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}

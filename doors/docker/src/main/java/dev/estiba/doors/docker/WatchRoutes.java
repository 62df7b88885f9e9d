package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.EngineApi;
import dev.estiba.api.EventsOptions;
import dev.estiba.api.JsonChanges;
import dev.estiba.api.Layout;
import dev.estiba.api.StatsOptions;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.List;

/** What goes on: events, and what containers use. */
final class WatchRoutes {
    private final EngineApi engine;

    WatchRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/events", Kind.STREAM, this::events),
                new Route("GET", "/containers/{name}/stats", Kind.STREAM, this::stats));
    }

    private void events(Exchange exchange) throws IOException {
        Query query = exchange.query();
        EventsOptions options = new EventsOptions(query.time("since"), query.time("until"), query.filters());
        if (options.since().isPresent()
                && options.until().isPresent()
                && options.until().get().isBefore(options.since().get())) {
            throw ApiException.badRequest("`since` time (" + query.text("since") + ") cannot be after `until` time ("
                    + query.text("until") + ")");
        }
        EventMedia media = EventMedia.of(exchange.version(), exchange.header("Accept"));
        JsonChanges form = AnswerForms.event(exchange.version());
        try (LateStream to = LateStream.soon(exchange, media.contentType())) {
            engine.events(options, event -> to.write(media.record(form.in(Body.EVENT.write(event, Layout.COMPACT)))));
            to.begin();
        }
    }

    private void stats(Exchange exchange) throws IOException {
        Query query = exchange.query();
        boolean goesOn = query.bool("stream", true);
        boolean isOnce = query.bool("one-shot");
        if (goesOn && isOnce) {
            throw ApiException.badRequest("cannot have stream=true and one-shot=true");
        }
        ContainerInspect container = engine.inspectContainer(exchange.name());
        StatsOptions options = new StatsOptions(goesOn, isOnce);
        try (LateStream to = LateStream.soon(exchange, "application/json")) {
            engine.containerStats(container.id(), options, stats -> to.write(line(Body.STATS, stats)));
            to.begin();
        }
    }

    private static <T> byte[] line(Body<T> kind, T value) {
        return Responses.line(kind.write(value, Layout.COMPACT));
    }
}

package dev.estiba.doors.docker;

import dev.estiba.api.AttachOptions;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.EngineApi;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code attach}, over a bare connection and as a WebSocket. */
final class AttachRoutes {
    private final EngineApi engine;

    AttachRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/containers/{name}/attach", Kind.HIJACK, this::attach),
                new Route("GET", "/containers/{name}/attach/ws", Kind.HIJACK, this::webSocket));
    }

    private void attach(Exchange exchange) throws IOException {
        ContainerInspect container = engine.inspectContainer(exchange.name());
        boolean isFramed = !container.config().tty();
        attached(exchange, container).serve(exchange, Upgrades.bytes(exchange, isFramed), isFramed);
    }

    /** Without frames of Docker's: what comes is what both streams have written. */
    private void webSocket(Exchange exchange) throws IOException {
        ContainerInspect container = engine.inspectContainer(exchange.name());
        Hijack.Start start = Upgrades.webSocket(exchange);
        attached(exchange, container).serve(exchange, start, false);
    }

    private AttachedStreams attached(Exchange exchange, ContainerInspect container) throws IOException {
        Query query = exchange.query();
        DetachKeys keys = DetachKeys.parse(query.text("detachKeys"));
        AttachOptions options = new AttachOptions(
                query.bool("stdin") && container.config().openStdin(),
                query.bool("stdout"),
                query.bool("stderr"),
                query.bool("logs"),
                query.bool("stream"),
                query.text("detachKeys"));
        boolean isTerminal = container.config().tty();
        boolean closesInput = options.stdin() && container.config().stdinOnce() && !isTerminal;
        return new AttachedStreams(
                engine.attachContainer(container.id(), options),
                isTerminal ? Optional.of(keys) : Optional.empty(),
                closesInput);
    }
}

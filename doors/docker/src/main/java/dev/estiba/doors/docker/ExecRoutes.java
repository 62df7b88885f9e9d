package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.Body;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.IdResponse;
import dev.estiba.api.OutputStreamName;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Further processes in running containers. */
final class ExecRoutes {
    private final EngineApi engine;

    ExecRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/containers/{name}/exec", Kind.CALL, this::create),
                new Route("POST", "/exec/{id}/start", Kind.HIJACK, this::start),
                new Route("POST", "/exec/{id}/resize", Kind.CALL, this::resize),
                new Route("GET", "/exec/{id}/json", Kind.CALL, this::inspect));
    }

    private void create(Exchange exchange) throws IOException {
        ExecCreateRequest request = exchange.json(Body.EXEC_CREATE_REQUEST);
        if (request.cmd().isEmpty()) {
            throw ApiException.badRequest("No exec command specified");
        }
        exchange.answer(201, Body.ID_RESPONSE, new IdResponse(engine.createExec(exchange.name(), request)));
    }

    private void start(Exchange exchange) throws IOException {
        ExecInspect exec = engine.inspectExec(exchange.name());
        ExecStartRequest request = exchange.jsonIfAny(Body.EXEC_START_REQUEST)
                .orElse(new ExecStartRequest(false, false, Optional.empty()));
        if (request.detach()) {
            engine.startExec(exchange.name(), request).close();
            exchange.empty(200);
            return;
        }
        boolean isTerminal = exec.processConfig().tty();
        Optional<DetachKeys> keys = isTerminal ? Optional.of(DetachKeys.parse(exec.detachKeys())) : Optional.empty();
        boolean isFramed = !request.tty();
        Hijack.Start begin = Upgrades.bytes(exchange, isFramed);
        Attachment attachment;
        try {
            attachment = engine.startExec(exchange.name(), request);
        } catch (ApiException e) {
            failed(exchange, begin, isFramed, e);
            return;
        }
        new AttachedStreams(attachment, keys, true).serve(exchange, begin, isFramed);
    }

    /** As dockerd: the words come as output, and the status by {@code inspect}, where a client looks for it. */
    private static void failed(Exchange exchange, Hijack.Start begin, boolean isFramed, ApiException why)
            throws IOException {
        Hijack.Input nobody = new Hijack.Input() {
            @Override
            public boolean bytes(byte[] bytes) {
                return false;
            }

            @Override
            public void end() {}
        };
        try (OutputPipe pipe = exchange.hijack(begin, nobody)) {
            byte[] words = (why.message() + "\r\n").getBytes(StandardCharsets.UTF_8);
            new StdioFrames(pipe, isFramed).write(OutputStreamName.STDOUT, words);
        }
    }

    private void resize(Exchange exchange) throws IOException {
        engine.resizeExec(exchange.name(), Sizes.rows(exchange), Sizes.columns(exchange));
        exchange.empty(200);
    }

    private void inspect(Exchange exchange) throws IOException {
        exchange.answer(200, Body.EXEC_INSPECT, engine.inspectExec(exchange.name()));
    }
}

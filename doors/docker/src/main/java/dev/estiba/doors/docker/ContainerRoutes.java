package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.EngineApi;
import dev.estiba.api.Layout;
import dev.estiba.api.ListOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.UpdateRequest;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.doors.docker.Route.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Containers, but for their streams. */
final class ContainerRoutes {
    /** A JSON object that says something has as many characters (dockerd's postContainersStart). */
    private static final int SHORTEST_OBJECT = 7;

    private final EngineApi engine;
    private final WrittenList written = new WrittenList();

    ContainerRoutes(EngineApi engine) {
        this.engine = engine;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/containers/json", Kind.CALL, this::list, this::hasListed),
                new Route("POST", "/containers/create", Kind.CALL, this::create),
                new Route("GET", "/containers/{name}/json", Kind.CALL, this::inspect),
                new Route("GET", "/containers/{name}/top", Kind.CALL, this::top),
                new Route("POST", "/containers/{name}/start", Kind.CALL, this::start),
                new Route("POST", "/containers/{name}/stop", Kind.LONG, this::stop),
                new Route("POST", "/containers/{name}/restart", Kind.LONG, this::restart),
                new Route("POST", "/containers/{name}/kill", Kind.CALL, this::kill),
                new Route("POST", "/containers/{name}/pause", Kind.CALL, this::pause),
                new Route("POST", "/containers/{name}/unpause", Kind.CALL, this::unpause),
                new Route("POST", "/containers/{name}/rename", Kind.CALL, this::rename),
                new Route("POST", "/containers/{name}/resize", Kind.CALL, this::resize),
                new Route("POST", "/containers/{name}/update", Kind.CALL, this::update),
                new Route("POST", "/containers/prune", Kind.LONG, this::prune),
                new Route("POST", "/containers/{name}/wait", Kind.CALL, this::await),
                new Route("DELETE", "/containers/{name}", Kind.LONG, this::remove));
    }

    private void list(Exchange exchange) throws IOException {
        exchange.line(200, written.line(exchange.version(), engine.listContainers(listOptions(exchange.query()))));
    }

    private boolean hasListed(Exchange exchange) throws IOException {
        Optional<List<ContainerSummary>> known = engine.knownContainers(listOptions(exchange.query()));
        known.ifPresent(containers -> exchange.line(200, written.line(exchange.version(), containers)));
        return known.isPresent();
    }

    private static ListOptions listOptions(Query query) throws ApiException {
        int limit = Math.max(0, query.number("limit").orElse(0));
        return new ListOptions(query.bool("all"), limit, query.bool("size"), query.filters());
    }

    private void create(Exchange exchange) throws IOException {
        CreateRequest request = RequestForms.create(exchange.version(), exchange.json(Body.CREATE_REQUEST));
        if (request.config().equals(ContainerConfig.NOTHING)) {
            throw ApiException.badRequest("config cannot be empty in order to create a container");
        }
        Query query = exchange.query();
        exchange.answer(
                201,
                Body.CREATE_RESPONSE,
                engine.createContainer(query.given("name"), query.given("platform"), request));
    }

    private void inspect(Exchange exchange) throws IOException {
        ContainerInspect container =
                engine.inspectContainer(exchange.name(), exchange.query().bool("size"));
        exchange.answer(
                200,
                Body.CONTAINER_INSPECT,
                AnswerForms.container(exchange.version(), container),
                AnswerForms.container(
                        exchange.version(), container.graphDriver().name()));
    }

    private void update(Exchange exchange) throws IOException {
        UpdateRequest request = UpdateRequest.of(exchange.json(Body.HOST_CONFIG));
        exchange.answer(200, Body.UPDATE_RESPONSE, engine.updateContainer(exchange.name(), request));
    }

    private void prune(Exchange exchange) throws IOException {
        exchange.answer(
                200,
                Body.CONTAINERS_PRUNED,
                engine.pruneContainers(exchange.query().filters()));
    }

    private void top(Exchange exchange) throws IOException {
        List<String> arguments = exchange.query()
                .given("ps_args")
                .map(text -> List.of(text.strip().split("\\s+")))
                .orElse(List.of());
        exchange.answer(200, Body.TOP, engine.topContainer(exchange.name(), arguments));
    }

    private void start(Exchange exchange) throws IOException {
        if (exchange.document().length > SHORTEST_OBJECT) {
            throw ApiException.badRequest(
                    "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        }
        StartOptions options = new StartOptions(
                exchange.query().text("detachKeys"), exchange.query().bool("trace")); // trace is ours: see EngineApi
        exchange.empty(status(engine.startContainer(exchange.name(), options)));
    }

    private static int status(Change change) {
        return change == Change.NOT_MODIFIED ? 304 : 204;
    }

    private static StopOptions stopOptions(Exchange exchange) throws ApiException {
        Query query = exchange.query();
        return new StopOptions(exchange.version().isBefore(42) ? "" : query.text("signal"), query.number("t"));
    }

    private void stop(Exchange exchange) throws IOException {
        exchange.empty(status(engine.stopContainer(exchange.name(), stopOptions(exchange))));
    }

    private void restart(Exchange exchange) throws IOException {
        engine.restartContainer(exchange.name(), stopOptions(exchange));
        exchange.empty(204);
    }

    private void kill(Exchange exchange) throws IOException {
        try {
            engine.killContainer(exchange.name(), exchange.query().text("signal"));
        } catch (ApiException e) {
            String what = "cannot kill container: " + exchange.name() + ": ";
            throw e.message().startsWith(what) ? e : new ApiException(e.status(), what + e.message(), e);
        }
        exchange.empty(204);
    }

    private void pause(Exchange exchange) throws IOException {
        engine.pauseContainer(exchange.name());
        exchange.empty(204);
    }

    private void unpause(Exchange exchange) throws IOException {
        engine.unpauseContainer(exchange.name());
        exchange.empty(204);
    }

    private void rename(Exchange exchange) throws IOException {
        String name = exchange.query().text("name");
        if (name.isEmpty()) {
            throw ApiException.badRequest("Neither old nor new names may be empty");
        }
        engine.renameContainer(exchange.name(), name);
        exchange.empty(204);
    }

    private void resize(Exchange exchange) throws IOException {
        engine.resizeContainer(exchange.name(), Sizes.rows(exchange), Sizes.columns(exchange));
        exchange.empty(200);
    }

    private void remove(Exchange exchange) throws IOException {
        Query query = exchange.query();
        engine.removeContainer(
                exchange.name(), new RemoveOptions(query.bool("force"), query.bool("v"), query.bool("link")));
        exchange.empty(204);
    }

    /**
     * The answer's head goes out at once: {@code docker run} starts the container when it has it. No thread waits for the rest.
     */
    private void await(Exchange exchange) throws IOException {
        CompletableFuture<WaitResponse> end = engine.waitContainer(exchange.name(), condition(exchange));
        OutputPipe to = exchange.stream("application/json");
        exchange.endsLater();
        exchange.whenLeft(() -> end.cancel(false));
        var unused = end.handle((response, failure) -> {
            WaitResponse told = failure == null ? response : new WaitResponse(neverStarted(failure), Optional.empty());
            try (to) {
                to.write(Body.WAIT_RESPONSE.write(told, Layout.COMPACT));
                to.write('\n');
            } catch (IOException e) {
                return false; // the client has gone
            }
            return true;
        });
    }

    /**
     * What a container has ended with that could not be started, as dockerd has it; why is told to whoever has started it, and a client
     * that heard it twice would say it twice.
     */
    private static int neverStarted(Throwable failure) {
        String why = Work.reason(failure);
        if (why.contains("executable file not found") || why.contains("no such file or directory")) {
            return 127;
        }
        return why.contains("permission denied") || why.contains("is a directory") ? 126 : 128;
    }

    private static WaitCondition condition(Exchange exchange) throws ApiException {
        String text = exchange.version().isBefore(30) ? "" : exchange.query().text("condition");
        if (text.isEmpty()) {
            return WaitCondition.NOT_RUNNING;
        }
        for (WaitCondition each : WaitCondition.values()) {
            if (each.apiName().equals(text)) {
                return each;
            }
        }
        throw ApiException.badRequest("invalid condition: " + Query.quoted(text));
    }
}

package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.Body;
import dev.estiba.api.Change;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerSummary;
import dev.estiba.api.ContainersPruned;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.Layout;
import dev.estiba.api.ListOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.api.Top;
import dev.estiba.api.UpdateRequest;
import dev.estiba.api.UpdateResponse;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.remote.DaemonClient.Request;
import dev.estiba.cli.remote.DaemonClient.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** The operations on containers, each one request. */
final class RemoteContainers {
    private final Requests requests;

    RemoteContainers(Requests requests) {
        this.requests = requests;
    }

    CreateResponse create(Optional<String> name, Optional<String> platform, CreateRequest body) throws ApiException {
        Query target = Query.of("/containers/create").with("name", name).with("platform", platform);
        byte[] json = Body.CREATE_REQUEST.write(body, Layout.COMPACT);
        return requests.answer(Request.of("POST", target, json), Body.CREATE_RESPONSE);
    }

    Change start(String id, StartOptions options) throws ApiException {
        return requests.change(Query.of("/containers/{}/start", id)
                .withText("detachKeys", options.detachKeys())
                .when(options.trace(), "trace"));
    }

    private static Query stopping(String verb, String id, StopOptions options) {
        OptionalInt timeout = options.timeout();
        Query target = Query.of("/containers/{}/" + verb, id).withText("signal", options.signal());
        return timeout.isPresent() ? target.with("t", Integer.toString(timeout.getAsInt())) : target;
    }

    Change stop(String id, StopOptions options) throws ApiException {
        return requests.change(stopping("stop", id, options));
    }

    void restart(String id, StopOptions options) throws ApiException {
        requests.change(stopping("restart", id, options));
    }

    void kill(String id, String signal) throws ApiException {
        requests.change(Query.of("/containers/{}/kill", id).withText("signal", signal));
    }

    void remove(String id, RemoveOptions options) throws ApiException {
        Query target = Query.of("/containers/{}", id)
                .when(options.force(), "force")
                .when(options.volumes(), "v")
                .when(options.link(), "link");
        requests.done(Request.of("DELETE", target));
    }

    void pause(String id) throws ApiException {
        requests.change(Query.of("/containers/{}/pause", id));
    }

    void unpause(String id) throws ApiException {
        requests.change(Query.of("/containers/{}/unpause", id));
    }

    void rename(String id, String name) throws ApiException {
        requests.change(Query.of("/containers/{}/rename", id).with("name", name));
    }

    ContainerInspect inspect(String id, boolean withSize) throws ApiException {
        Query target = Query.of("/containers/{}/json", id).when(withSize, "size");
        return requests.answer(Request.of("GET", target), Body.CONTAINER_INSPECT);
    }

    List<ContainerSummary> list(ListOptions options) throws ApiException {
        Query target = Query.of("/containers/json")
                .when(options.all(), "all")
                .when(options.size(), "size")
                .withText("limit", options.limit() > 0 ? Integer.toString(options.limit()) : "")
                .withText("filters", Requests.filters(options.filters()));
        return requests.answers(Request.of("GET", target), Body.CONTAINER_SUMMARY);
    }

    /** The daemon answers with the head at once, and with the body when it is over. */
    CompletableFuture<WaitResponse> await(String id, WaitCondition condition) throws ApiException {
        Query target = Query.of("/containers/{}/wait", id).with("condition", condition.apiName());
        Response response = requests.send(Request.of("POST", target));
        CompletableFuture<WaitResponse> end = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).name("wait " + id).start(() -> {
            try (response) {
                end.complete(Body.WAIT_RESPONSE.read(response.all()));
            } catch (IOException e) {
                end.completeExceptionally(
                        e instanceof ApiException said ? said : requests.broken("wait for container " + id, e));
            }
        });
        return end;
    }

    Attachment attach(String id, AttachOptions options) throws ApiException {
        Query target = Query.of("/containers/{}/attach", id)
                .withText("detachKeys", options.detachKeys())
                .when(options.logs(), "logs")
                .when(options.stream(), "stream")
                .when(options.stdin(), "stdin")
                .when(options.stdout(), "stdout")
                .when(options.stderr(), "stderr");
        return requests.streams(Request.of("POST", target));
    }

    /** As the API has it: seconds since 1970, a point, and nine digits. */
    static String time(Instant instant) {
        return instant.getEpochSecond() + "."
                + Integer.toString(1_000_000_000 + instant.getNano()).substring(1);
    }

    void resize(String id, int rows, int columns) throws ApiException {
        requests.change(resizing(Query.of("/containers/{}/resize", id), rows, columns));
    }

    UpdateResponse update(String id, UpdateRequest request) throws ApiException {
        byte[] json = Body.HOST_CONFIG.write(request.body(), Layout.COMPACT);
        return requests.answer(Request.of("POST", Query.of("/containers/{}/update", id), json), Body.UPDATE_RESPONSE);
    }

    ContainersPruned prune(Map<String, List<String>> filters) throws ApiException {
        Query target = Query.of("/containers/prune").withText("filters", Requests.filters(filters));
        return requests.answer(Request.of("POST", target), Body.CONTAINERS_PRUNED);
    }

    static Query resizing(Query target, int rows, int columns) {
        return target.with("h", Integer.toString(rows)).with("w", Integer.toString(columns));
    }

    Top top(String id, List<String> psArguments) throws ApiException {
        Query target = Query.of("/containers/{}/top", id).withText("ps_args", String.join(" ", psArguments));
        return requests.answer(Request.of("GET", target), Body.TOP);
    }
}

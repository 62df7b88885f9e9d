package dev.estiba.cli.remote;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.Body;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.api.Layout;
import dev.estiba.cli.remote.DaemonClient.Request;
import java.util.Optional;

/** The operations on further processes in containers. */
final class RemoteExecs {
    private final Requests requests;

    RemoteExecs(Requests requests) {
        this.requests = requests;
    }

    String create(String id, ExecCreateRequest body) throws ApiException {
        byte[] json = Body.EXEC_CREATE_REQUEST.write(body, Layout.COMPACT);
        return requests.answer(Request.of("POST", Query.of("/containers/{}/exec", id), json), Body.ID_RESPONSE)
                .id();
    }

    Attachment start(String execId, ExecStartRequest body) throws ApiException {
        Request request = Request.of(
                "POST", Query.of("/exec/{}/start", execId), Body.EXEC_START_REQUEST.write(body, Layout.COMPACT));
        if (!body.detach()) {
            return requests.streams(request);
        }
        requests.done(request);
        return new Nothing();
    }

    /** The attachment of an exec that nobody is attached to. */
    private static final class Nothing implements Attachment {
        @Override
        public Optional<Output> next() {
            return Optional.empty();
        }

        @Override
        public void write(byte[] input) {}

        @Override
        public void closeInput() {}

        @Override
        public void close() {}
    }

    ExecInspect inspect(String execId) throws ApiException {
        return requests.answer(Request.of("GET", Query.of("/exec/{}/json", execId)), Body.EXEC_INSPECT);
    }

    void resize(String execId, int rows, int columns) throws ApiException {
        requests.change(RemoteContainers.resizing(Query.of("/exec/{}/resize", execId), rows, columns));
    }
}

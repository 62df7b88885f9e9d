package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.JsonChanges;
import dev.estiba.api.Layout;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request, as its handler has it, and the ways to answer it. Used by the handler's thread. */
final class Exchange {
    private final Connection connection;
    private final HttpRequest head;
    private final Target target;
    private final Route route;
    private final String name;
    private final BodyStream upload;

    /** Set before a handler has it. */
    private byte[] document = new byte[0];

    // What follows is guarded by this.
    private boolean isBegun;
    private boolean isLeft;
    private Optional<Thread> worker = Optional.empty();
    private final List<Runnable> atLeave = new ArrayList<>();
    private Optional<OutputPipe> pipe = Optional.empty();
    private boolean endsLater;

    Exchange(Connection connection, HttpRequest head, Target target, Route route, String name, BodyStream upload) {
        this.connection = connection;
        this.head = head;
        this.target = target;
        this.route = route;
        this.name = name;
        this.upload = upload;
    }

    // What was asked

    /** What stands in the path for the name in braces. */
    String name() {
        return name;
    }

    Query query() {
        return target.query();
    }

    ApiVersion version() {
        return target.version();
    }

    Route route() {
        return route;
    }

    HttpRequest head() {
        return head;
    }

    Optional<String> header(String header) {
        return Optional.ofNullable(head.headers().get(header));
    }

    boolean wantsUpgrade() {
        return head.headers().contains(HttpHeaderNames.UPGRADE);
    }

    /** The whole body. */
    byte[] document() {
        return document;
    }

    void setDocument(byte[] bytes) {
        document = bytes;
    }

    /** The body as JSON, which has to be there. */
    <T> T json(Body<T> kind) throws ApiException {
        Heads.checkJson(head);
        return kind.read(document);
    }

    /** The body as JSON; empty when there is none. */
    <T> Optional<T> jsonIfAny(Body<T> kind) throws ApiException {
        Heads.checkJson(head);
        return document.length == 0 ? Optional.empty() : Optional.of(kind.read(document));
    }

    /** The body of a route that is an upload. */
    InputStream upload() {
        return upload;
    }

    BodyStream uploading() {
        return upload;
    }

    // Answers

    <T> void answer(int status, Body<T> kind, T value) {
        document(status, kind.write(value, Layout.COMPACT));
    }

    /** The same as the client's version of the API has it. */
    <T> void answer(int status, Body<T> kind, T value, JsonChanges form) {
        document(status, form.in(kind.write(value, Layout.COMPACT)));
    }

    <T> void answerList(Body<T> kind, List<T> values, JsonChanges form) {
        document(200, form.in(kind.writeList(values, Layout.COMPACT)));
    }

    <T> void answerList(Body<T> kind, List<T> values) {
        document(200, kind.writeList(values, Layout.COMPACT));
    }

    /** JSON, and a newline, as Go's encoder writes it. */
    void document(int status, byte[] json) {
        line(status, Responses.line(json));
    }

    /** JSON that has its newline, and that nobody writes to any more. */
    void line(int status, byte[] line) {
        whole(status, Responses.JSON, line);
    }

    void empty(int status) {
        whole(status, Map.of(), new byte[0]);
    }

    void text(int status, Map<String, String> headers, String text) {
        whole(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    private void whole(int status, Map<String, String> headers, byte[] body) {
        begin();
        connection.send(status, headers, body);
    }

    /** The head goes out at once; the rest is what is written, until the handler returns. */
    OutputPipe stream(String contentType) {
        return stream(contentType, Map.of());
    }

    /** @param headers beside those that every answer has */
    OutputPipe stream(String contentType, Map<String, String> headers) {
        begin();
        OutputPipe opened = connection.stream(contentType, headers);
        keep(opened);
        return opened;
    }

    /** The connection belongs to nobody but its client and the handler from now on. */
    OutputPipe hijack(Hijack.Start start, Hijack.Input input) {
        begin();
        OutputPipe opened = connection.hijack(start, input);
        keep(opened);
        return opened;
    }

    /** @param milliseconds after which the connection's thread runs it */
    void inMoment(long milliseconds, Runnable action) {
        connection.inMoment(milliseconds, action);
    }

    private synchronized void keep(OutputPipe opened) {
        pipe = Optional.of(opened);
        if (isLeft) {
            opened.cut();
            connection.broken();
        }
    }

    private synchronized void begin() {
        if (isBegun) {
            throw new IllegalStateException("answered already");
        }
        isBegun = true;
    }

    /** The stream goes on when the handler has returned; whoever ends it closes the pipe. */
    synchronized void endsLater() {
        endsLater = true;
    }

    synchronized boolean isBegun() {
        return isBegun;
    }

    synchronized Optional<OutputPipe> pipe() {
        return pipe;
    }

    synchronized boolean isEndingLater() {
        return endsLater;
    }

    // Its client leaves

    /** Run once when the client has gone, at once when it has gone already. It must not wait for anything. */
    void whenLeft(Runnable action) {
        synchronized (this) {
            if (!isLeft) {
                atLeave.add(action);
                return;
            }
        }
        action.run();
    }

    /** Called by the thread that is to be interrupted when the client leaves. */
    synchronized void begun(Thread thread) {
        worker = Optional.of(thread);
        if (isLeft && route.isInterruptible()) {
            thread.interrupt();
        }
    }

    /** Nobody interrupts it from now on. */
    synchronized void ended() {
        worker = Optional.empty();
    }

    /** The client has gone. */
    void leave() {
        List<Runnable> actions;
        synchronized (this) {
            if (isLeft) {
                return;
            }
            isLeft = true;
            pipe.ifPresent(OutputPipe::cut);
            if (route.isInterruptible()) {
                worker.ifPresent(Thread::interrupt);
            }
            actions = List.copyOf(atLeave);
            atLeave.clear();
        }
        actions.forEach(Runnable::run);
    }
}

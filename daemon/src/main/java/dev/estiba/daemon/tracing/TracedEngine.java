package dev.estiba.daemon.tracing;

import dev.estiba.api.ApiException;
import dev.estiba.api.EngineApi;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.StartOptions;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** An engine of which each call is a trace; a container's start has a span for each group of its steps. Only who traces pays for it. */
public final class TracedEngine implements InvocationHandler {
    private static final long SECOND = 1_000_000_000L;
    private static final int LONGEST = 256;
    private static final String START = "startContainer";

    /** What lasts as long as its caller likes says nothing. */
    private static final Set<String> STREAMS = Set.of("events", "containerLogs", "containerStats");

    private final EngineApi engine;
    private final SpanExport export;

    private TracedEngine(EngineApi engine, SpanExport export) {
        this.engine = engine;
        this.export = export;
    }

    /** The engine, for who wants his calls to be told of. */
    public static EngineApi of(EngineApi engine, Collector collector) throws ApiException {
        SpanExport export = new SpanExport(collector, engine.version().version());
        export.begin();
        Class<?>[] faces = {EngineApi.class};
        return (EngineApi)
                Proxy.newProxyInstance(EngineApi.class.getClassLoader(), faces, new TracedEngine(engine, export));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (STREAMS.contains(method.getName()) || method.getDeclaringClass() == Object.class) {
            return call(method, arguments);
        }
        boolean isStart = method.getName().equals(START);
        if (isStart && arguments[1] instanceof StartOptions options) {
            arguments[1] = new StartOptions(options.detachKeys(), true);
        }
        long start = now();
        try {
            Object answer = call(method, arguments);
            Span span = span(method, arguments, start, Optional.empty());
            export.add(span);
            if (isStart) {
                steps(span);
            }
            return answer;
        } catch (ApiException e) {
            export.add(span(method, arguments, start, Optional.of(e.message())));
            throw e;
        }
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(engine, arguments);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private static Span span(Method method, Object[] arguments, long start, Optional<String> error) {
        Map<String, String> about = Map.of();
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String subject) {
            about = Map.of("estiba.subject", subject.substring(0, Math.min(LONGEST, subject.length())));
        }
        return new Span(Span.newTrace(), Span.newId(), Optional.empty(), method.getName(), start, now(), about, error);
    }

    /** The steps know how long after the first of them they were; that one's own time nobody has written down. */
    private void steps(Span call) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try {
            engine.traceContainer(
                    call.attributes().getOrDefault("estiba.subject", ""),
                    new ExplainOptions(ExplainOptions.Format.JSON, 0, false, Optional.empty()),
                    lines);
        } catch (ApiException e) {
            return; // it was removed already, or was running before
        }
        StartSteps steps = StartSteps.of(lines.toString(StandardCharsets.UTF_8));
        long first = Math.max(call.start(), call.end() - steps.last());
        for (StartSteps.Part part : steps.parts()) {
            export.add(new Span(
                    call.trace(),
                    Span.newId(),
                    Optional.of(call.id()),
                    part.actor() + ": " + part.group(),
                    first + part.start(),
                    first + part.end(),
                    Map.of("estiba.steps", Integer.toString(part.steps())),
                    Optional.empty()));
        }
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * SECOND + now.getNano();
    }
}

package dev.estiba.daemon.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.estiba.api.ApiException;
import dev.estiba.api.Change;
import dev.estiba.api.EngineApi;
import dev.estiba.api.Platform;
import dev.estiba.api.StartOptions;
import dev.estiba.api.Version;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Traces, as a collector gets them. */
class TracedEngineTest {
    private static final long PATIENCE = 60;
    private static final String STEPS = """
            {"actor":"outer","step":0,"group":"state","sentence":"a","answered":17,"startMicros":0.0,"micros":2.5}
            {"actor":"outer","step":1,"group":"state","sentence":"b","answered":0,"startMicros":3.0,"micros":7.0}
            {"actor":"init","step":0,"group":"mounts","sentence":"c","answered":0,"startMicros":12.0,"micros":88.0}
            {"actor":"undo","step":25,"group":"cgroups","sentence":"not walked"}
            """;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<String> heads = new ArrayList<>();
    private final List<Object> options = new ArrayList<>();
    private HttpServer server;
    private URI endpoint;

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            heads.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + exchange.getRequestHeaders().getFirst("X-Key"));
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private EngineApi engine() {
        Version version = new Version(
                new Platform("Fake"), List.of(), "1.0", "1.55", "1.24", "", "", "linux", "amd64", "", false, "");
        return (EngineApi) Proxy.newProxyInstance(
                EngineApi.class.getClassLoader(),
                new Class<?>[] {EngineApi.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "version" -> version;
                    case "startContainer" -> {
                        options.add(arguments[1]);
                        yield Change.values()[0];
                    }
                    case "traceContainer" -> {
                        ((OutputStream) arguments[2]).write(STEPS.getBytes(StandardCharsets.UTF_8));
                        yield null;
                    }
                    default -> throw ApiException.notFound("No such container: \"x\"");
                });
    }

    private EngineApi traced(Map<String, String> more) throws ApiException {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint + "/");
        Optional<Collector> collector = Collector.of(environment, line -> {});
        return TracedEngine.of(engine(), collector.orElseThrow());
    }

    private String spans(int count) throws Exception {
        StringBuilder all = new StringBuilder();
        while (all.toString().split("\"spanId\"", -1).length - 1 < count) {
            String next = received.poll(PATIENCE, TimeUnit.SECONDS);
            assertThat(next).as("no more after %s", all).isNotNull();
            all.append(next);
        }
        return all.toString();
    }

    @Test
    void aStartIsATraceOfItsSteps() throws Exception {
        EngineApi traced =
                traced(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "X-Key=secret, y=z", "OTEL_SERVICE_NAME", "quay"));
        assertThat(traced.startContainer("stays", new StartOptions("ctrl-a", false)))
                .isEqualTo(Change.values()[0]);
        assertThat(options).containsExactly(new StartOptions("ctrl-a", true));
        String all = spans(3);
        assertThat(heads).first().isEqualTo("POST /v1/traces application/json secret");
        assertThat(all)
                .startsWith("{\"resourceSpans\":[{\"resource\":{\"attributes\":[")
                .contains("{\"key\":\"service.name\",\"value\":{\"stringValue\":\"quay\"}}")
                .contains("{\"key\":\"estiba.subject\",\"value\":{\"stringValue\":\"stays\"}}")
                .contains("\"name\":\"outer: state\",\"kind\":1")
                .contains("\"name\":\"init: mounts\",\"kind\":1")
                .contains("{\"key\":\"estiba.steps\",\"value\":{\"stringValue\":\"2\"}}")
                .doesNotContain("undo");
        Matcher call = Pattern.compile(
                        "\"traceId\":\"([0-9a-f]{32})\",\"spanId\":\"([0-9a-f]{16})\",\"name\":\"startContainer\",\"kind\":2,"
                                + "\"startTimeUnixNano\":\"[0-9]{19}\",\"endTimeUnixNano\":\"[0-9]{19}\"")
                .matcher(all);
        assertThat(call.find()).as(all).isTrue();
        assertThat(all.split("\"traceId\":\"" + call.group(1) + "\"", -1)).hasSize(4);
        assertThat(all.split("\"parentSpanId\":\"" + call.group(2) + "\"", -1)).hasSize(3);
        Matcher times = Pattern.compile("\"startTimeUnixNano\":\"([0-9]+)\",\"endTimeUnixNano\":\"([0-9]+)\"")
                .matcher(all);
        while (times.find()) {
            assertThat(Long.parseLong(times.group(2))).isGreaterThanOrEqualTo(Long.parseLong(times.group(1)));
        }
    }

    @Test
    void whatFailsIsToldWithItsReason() throws Exception {
        EngineApi traced = traced(Map.of());
        assertThatThrownBy(() -> traced.pauseContainer("x"))
                .isInstanceOf(ApiException.class)
                .hasMessage("No such container: \"x\"");
        assertThat(spans(1))
                .contains("\"name\":\"pauseContainer\"")
                .contains("\"status\":{\"code\":2,\"message\":\"No such container: \\\"x\\\"\"}");
    }

    @Test
    void aCollectorThatIsNotThereIsInNobodysWay() throws Exception {
        EngineApi traced = traced(Map.of());
        server.stop(0);
        for (int i = 0; i < 5000; i++) {
            assertThat(traced.startContainer("stays", StartOptions.DEFAULT)).isEqualTo(Change.values()[0]);
        }
    }

    @Test
    void theEnvironmentSaysWhoIsTold() {
        List<String> told = new ArrayList<>();
        assertThat(Collector.of(Map.of(), told::add)).isEmpty();
        assertThat(Collector.of(
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4318", "OTEL_SDK_DISABLED", "true"), told::add))
                .isEmpty();
        assertThat(Collector.of(
                        Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://a/x", "OTEL_EXPORTER_OTLP_ENDPOINT", "b"),
                        told::add))
                .map(Collector::endpoint)
                .hasValue(URI.create("https://a/x"));
        assertThat(told).isEmpty();
        assertThat(Collector.of(
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                        told::add))
                .isEmpty();
        assertThat(Collector.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "unix:///x"), told::add))
                .isEmpty();
        assertThat(told).hasSize(2);
        assertThat(told.getFirst()).contains("gRPC is not built");
        assertThat(told.getLast()).contains("is no address");
    }
}

package dev.estiba.daemon.tracing;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who is told of spans, as the environment of OpenTelemetry's programs says it.
 *
 * @param endpoint of traces, over HTTP
 * @param headers of each request
 * @param service how this one calls itself
 */
public record Collector(URI endpoint, Map<String, String> headers, String service) {
    private static final String PREFIX = "OTEL_EXPORTER_OTLP_";

    public Collector {
        headers = Map.copyOf(headers);
    }

    /**
     * @param environment of the process
     * @param log takes a sentence about what of it cannot be kept
     * @return empty: nobody is to be told
     */
    public static Optional<Collector> of(Map<String, String> environment, Consumer<String> log) {
        String all = environment.getOrDefault(PREFIX + "ENDPOINT", "");
        String ofTraces = environment.getOrDefault(PREFIX + "TRACES_ENDPOINT", "");
        boolean isOff = environment.getOrDefault("OTEL_SDK_DISABLED", "").equals("true")
                || environment.getOrDefault("OTEL_TRACES_EXPORTER", "").equals("none");
        if (isOff || all.isEmpty() && ofTraces.isEmpty()) {
            return Optional.empty();
        }
        String protocol = said(environment, "PROTOCOL");
        if (protocol.equals("grpc")) {
            log.accept("traces: OTLP by gRPC is not built; say " + PREFIX
                    + "PROTOCOL=http/json and the port for HTTP, mostly" + " 4318");
            return Optional.empty();
        }
        String text = ofTraces.isEmpty() ? all.replaceFirst("/+$", "") + "/v1/traces" : ofTraces;
        try {
            URI endpoint = URI.create(text);
            if (endpoint.getHost() == null || !text.startsWith("http://") && !text.startsWith("https://")) {
                throw new IllegalArgumentException("no http://HOST or https://HOST");
            }
            String service = environment.getOrDefault("OTEL_SERVICE_NAME", "");
            return Optional.of(new Collector(endpoint, headers(environment), service.isEmpty() ? "estiba" : service));
        } catch (IllegalArgumentException e) {
            log.accept("traces: nobody is told, because " + text + " is no address: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static String said(Map<String, String> environment, String name) {
        String usual = environment.getOrDefault(PREFIX + name, "");
        return environment.getOrDefault(PREFIX + "TRACES_" + name, usual);
    }

    /** {@code name=value,name=value}. */
    private static Map<String, String> headers(Map<String, String> environment) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String each : said(environment, "HEADERS").split(",")) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                headers.put(
                        each.substring(0, equals).strip(),
                        each.substring(equals + 1).strip());
            }
        }
        return headers;
    }
}

package dev.estiba.daemon.tracing;

import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** OTLP's ExportTraceServiceRequest as JSON: opentelemetry-proto, trace/v1. */
final class SpanDocument {
    private static final int SERVER = 2;
    private static final int INTERNAL = 1;
    private static final int ERROR = 2;

    private SpanDocument() {}

    static byte[] of(String service, String version, List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(bytes, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeArrayPropertyStart("resourceSpans");
            out.writeStartObject();
            out.writeObjectPropertyStart("resource");
            attributes(out, Map.of("service.name", service, "service.version", version));
            out.writeEndObject();
            out.writeArrayPropertyStart("scopeSpans");
            out.writeStartObject();
            out.writeObjectPropertyStart("scope");
            out.writeStringProperty("name", "dev.estiba.daemon");
            out.writeEndObject();
            out.writeArrayPropertyStart("spans");
            spans.forEach(span -> span(out, span));
            out.writeEndArray();
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void span(JsonGenerator out, Span span) {
        out.writeStartObject();
        out.writeStringProperty("traceId", span.trace());
        out.writeStringProperty("spanId", span.id());
        span.parent().ifPresent(parent -> out.writeStringProperty("parentSpanId", parent));
        out.writeStringProperty("name", span.name());
        out.writeNumberProperty("kind", span.parent().isPresent() ? INTERNAL : SERVER);
        // 64 bits are texts in proto3's JSON.
        out.writeStringProperty("startTimeUnixNano", Long.toString(span.start()));
        out.writeStringProperty("endTimeUnixNano", Long.toString(span.end()));
        attributes(out, span.attributes());
        if (span.error().isPresent()) {
            out.writeObjectPropertyStart("status");
            out.writeNumberProperty("code", ERROR);
            out.writeStringProperty("message", span.error().get());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void attributes(JsonGenerator out, Map<String, String> all) {
        out.writeArrayPropertyStart("attributes");
        all.forEach((key, value) -> {
            out.writeStartObject();
            out.writeStringProperty("key", key);
            out.writeObjectPropertyStart("value");
            out.writeStringProperty("stringValue", value);
            out.writeEndObject();
            out.writeEndObject();
        });
        out.writeEndArray();
    }
}

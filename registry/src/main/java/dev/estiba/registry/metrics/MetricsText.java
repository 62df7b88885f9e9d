package dev.estiba.registry.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Measurements in Prometheus' text format 0.0.4, one family after another. */
public final class MetricsText {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder(8 << 10);

    /** What a number means. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** Its samples follow. */
    public MetricsText family(String name, Kind kind, String meaning) {
        text.append("# HELP ").append(name).append(' ').append(meaning).append('\n');
        text.append("# TYPE ").append(name).append(' ');
        text.append(kind.name().toLowerCase(Locale.ROOT)).append('\n');
        return this;
    }

    /** @param name with its labels, if it has any */
    public MetricsText sample(String name, long value) {
        text.append(name).append(' ').append(value).append('\n');
        return this;
    }

    public MetricsText sample(String name, double value) {
        text.append(name).append(' ').append(value).append('\n');
        return this;
    }

    /** A family of one number. */
    public MetricsText one(String name, Kind kind, String meaning, long value) {
        return family(name, kind, meaning).sample(name, value);
    }

    public MetricsText one(String name, Kind kind, String meaning, double value) {
        return family(name, kind, meaning).sample(name, value);
    }

    /** {@code name="value"}, with what must not stand in there behind a backslash. */
    public static String label(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    public byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}

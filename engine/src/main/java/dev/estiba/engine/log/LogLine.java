package dev.estiba.engine.log;

import dev.estiba.api.OutputStreamName;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A line of a json-file log.
 *
 * @param text with its line feed, unless it is a part of a longer one
 */
public record LogLine(OutputStreamName stream, Instant time, String text) {
    private static final JsonFactory JSON = JsonFactory.builder().build();

    /** Whether it is a part of a longer line, and not the last one. */
    public boolean isPart() {
        return !text.endsWith("\n");
    }

    byte[] bytes(boolean timestamps, String details) {
        byte[] own = (details + text).getBytes(StandardCharsets.UTF_8);
        if (!timestamps) {
            return own;
        }
        byte[] stamp = ContainerLog.stamp(time);
        byte[] both = java.util.Arrays.copyOf(stamp, stamp.length + own.length);
        System.arraycopy(own, 0, both, stamp.length, own.length);
        return both;
    }

    /** Empty for what is no line of a log. */
    static Optional<LogLine> parse(byte[] bytes) {
        String log = "";
        String stream = "";
        String time = "";
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (value != JsonToken.VALUE_STRING) {
                    in.skipChildren();
                    continue;
                }
                switch (name) {
                    case "log" -> log = in.getString();
                    case "stream" -> stream = in.getString();
                    case "time" -> time = in.getString();
                    default -> {}
                }
            }
            if (in.currentToken() != JsonToken.END_OBJECT) {
                return Optional.empty();
            }
            OutputStreamName name = stream.equals("stderr") ? OutputStreamName.STDERR : OutputStreamName.STDOUT;
            return Optional.of(new LogLine(name, Instant.parse(time), log));
        } catch (JacksonException | DateTimeException e) {
            return Optional.empty();
        }
    }
}

package dev.estiba.runtime.monitor;

import dev.estiba.runtime.record.Timestamps;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * A monitor's exit file: how its process has ended.
 *
 * @param pid of the process
 * @param start when it was started, in clock ticks since the boot (proc(5))
 * @param code as a shell says it: the program's status, or 128 and the signal's number
 * @param signal that has killed it; 0: none has
 * @param finished when its output had been read
 * @param lost how many lines of its log could not be written
 * @param problem what went wrong in the epilogue; empty when nothing did
 */
public record ExitRecord(int pid, long start, int code, int signal, Instant finished, long lost, String problem) {
    /** The longest that there is. */
    public static final int MOST = 4096;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MOST)
                    .maxNestingDepth(8)
                    .build())
            .build();

    /**
     * @param file all of the file's bytes
     * @throws IOException when they are no exit file; fields of a newer monitor are passed over
     */
    public static ExitRecord parse(byte[] file) throws IOException {
        Fields fields = new Fields();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), file)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("an exit file is a JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                fields.take(name, value, parser);
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("an exit file is cut short");
            }
        } catch (JacksonException e) {
            throw new IOException("an exit file is no whole JSON document", e);
        }
        return fields.record();
    }

    /** What has been read of one so far. */
    private static final class Fields {
        private long pid = -1;
        private long start = -1;
        private long code = -1;
        private long signal = -1;
        private long lost;
        private String finished = "";
        private String problem = "";

        void take(String name, JsonToken value, JsonParser parser) {
            if (value == JsonToken.VALUE_NUMBER_INT) {
                switch (name) {
                    case "pid" -> pid = parser.getLongValue();
                    case "start" -> start = parser.getLongValue();
                    case "code" -> code = parser.getLongValue();
                    case "signal" -> signal = parser.getLongValue();
                    case "lost" -> lost = parser.getLongValue();
                    default -> parser.skipChildren();
                }
            } else if (value == JsonToken.VALUE_STRING) {
                switch (name) {
                    case "finished" -> finished = parser.getString();
                    case "problem" -> problem = parser.getString();
                    default -> parser.skipChildren();
                }
            } else {
                parser.skipChildren();
            }
        }

        ExitRecord record() throws IOException {
            if (pid <= 0
                    || pid > Integer.MAX_VALUE
                    || start < 0
                    || code < 0
                    || code > 255
                    || signal < 0
                    || signal > 127) {
                throw new IOException("an exit file without a process's end in it");
            }
            try {
                return new ExitRecord(
                        (int) pid, start, (int) code, (int) signal, Timestamps.parse(finished), lost, problem);
            } catch (DateTimeException e) {
                throw new IOException("an exit file with the time " + finished, e);
            }
        }
    }
}

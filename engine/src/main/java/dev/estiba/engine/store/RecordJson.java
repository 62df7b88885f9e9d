package dev.estiba.engine.store;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.Layout;
import dev.estiba.api.Mount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The files of a container's directory. {@code container.json}: a line with what the engine says of it, a line with its
 * request as the API has it. {@code life.json}: one line. A later version's files are refused in words.
 */
final class RecordJson {
    private static final int MOST = 4 << 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MOST)
                    .maxNestingDepth(8)
                    .build())
            .build();

    private RecordJson() {}

    static byte[] write(ContainerRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeNumberProperty("version", ContainerRecord.VERSION);
            out.writeStringProperty("id", record.id());
            out.writeStringProperty("name", record.name());
            out.writeStringProperty("created", record.created());
            out.writeStringProperty("image", record.imageId());
            out.writeArrayPropertyStart("lowers");
            record.lowers().forEach(out::writeString);
            out.writeEndArray();
            out.writeBooleanProperty("ephemeral", record.ephemeral());
            record.project().ifPresent(project -> out.writeNumberProperty("project", project));
            if (!record.inherited().isEmpty()) {
                // Each as the API has it, in a text.
                out.writeArrayPropertyStart("inherited");
                record.inherited()
                        .forEach(mount -> out.writeString(
                                new String(Body.MOUNT.write(mount, Layout.COMPACT), StandardCharsets.UTF_8)));
                out.writeEndArray();
            }
            out.writeEndObject();
        }
        bytes.write('\n');
        bytes.writeBytes(Body.CREATE_REQUEST.write(record.request(), Layout.COMPACT));
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** @throws IOException in words for a person, when it is no record or one of a later version */
    static ContainerRecord read(byte[] bytes) throws IOException {
        int line = 0;
        while (line < bytes.length && bytes[line] != '\n') {
            line++;
        }
        Head head = head(Arrays.copyOf(bytes, line));
        if (head.version == 0) {
            throw new IOException("its record is damaged: it has no version");
        }
        if (head.version != ContainerRecord.VERSION) {
            throw new IOException("its record has the version " + head.version + ", this is an engine of version "
                    + ContainerRecord.VERSION + ": use the one that made the container");
        }
        try {
            return new ContainerRecord(
                    head.id,
                    head.name,
                    head.created,
                    head.image,
                    head.lowers,
                    head.ephemeral,
                    Body.CREATE_REQUEST.read(Arrays.copyOfRange(bytes, Math.min(line + 1, bytes.length), bytes.length)),
                    mounts(head.inherited),
                    head.project);
        } catch (ApiException e) {
            throw new IOException("its record is damaged: " + e.message(), e);
        }
    }

    private static List<Mount> mounts(List<String> texts) throws ApiException {
        List<Mount> mounts = new ArrayList<>();
        for (String text : texts) {
            mounts.add(Body.MOUNT.read(text.getBytes(StandardCharsets.UTF_8)));
        }
        return mounts;
    }

    /** Filled by one parse. */
    private static final class Head {
        private long version;
        private String id = "";
        private String name = "";
        private String created = "";
        private String image = "";
        private boolean ephemeral;
        private OptionalLong project = OptionalLong.empty();
        private List<String> lowers = List.of();
        private List<String> inherited = List.of();
    }

    private static Head head(byte[] line) throws IOException {
        Head head = new Head();
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), line)) {
            object(in);
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "version" -> head.version = in.getLongValue();
                    case "id" -> head.id = text(in);
                    case "name" -> head.name = text(in);
                    case "created" -> head.created = text(in);
                    case "image" -> head.image = text(in);
                    case "ephemeral" -> head.ephemeral = in.getBooleanValue();
                    case "project" -> head.project = OptionalLong.of(in.getLongValue());
                    case "lowers" -> head.lowers = texts(in);
                    case "inherited" -> head.inherited = texts(in);
                    default -> in.skipChildren();
                }
            }
            end(in);
        } catch (JacksonException e) {
            throw new IOException("its record is damaged: it is no whole JSON document", e);
        }
        return head;
    }

    private static List<String> texts(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw new IOException("its record is damaged: a list is expected");
        }
        List<String> texts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(in));
        }
        return texts;
    }

    private static String text(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw new IOException("its record is damaged: a text is expected for " + in.currentName());
        }
        return in.getString();
    }

    private static void end(JsonParser in) throws IOException {
        if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
            throw new IOException("its record is damaged: something stands where it has to end");
        }
    }

    private static void object(JsonParser in) throws IOException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("its record is damaged: an object is expected");
        }
    }

    static byte[] write(Life life) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeStringProperty("started", life.started());
            out.writeStringProperty("finished", life.finished());
            out.writeNumberProperty("exitCode", life.exitCode());
            out.writeStringProperty("error", life.error());
            out.writeBooleanProperty("outOfMemory", life.outOfMemory());
            out.writeNumberProperty("restarts", life.restarts());
            out.writeBooleanProperty("stopped", life.stopped());
            out.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    static Life readLife(byte[] bytes) throws IOException {
        String started = "";
        String finished = "";
        int exitCode = 0;
        String error = "";
        boolean outOfMemory = false;
        int restarts = 0;
        boolean stopped = false;
        try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            object(in);
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "started" -> started = text(in);
                    case "finished" -> finished = text(in);
                    case "exitCode" -> exitCode = in.getIntValue();
                    case "error" -> error = text(in);
                    case "outOfMemory" -> outOfMemory = in.getBooleanValue();
                    case "restarts" -> restarts = in.getIntValue();
                    case "stopped" -> stopped = in.getBooleanValue();
                    default -> in.skipChildren();
                }
            }
            end(in);
        } catch (JacksonException e) {
            throw new IOException("its life.json is damaged: it is no whole JSON document", e);
        }
        return new Life(started, finished, exitCode, error, outOfMemory, restarts, stopped);
    }
}

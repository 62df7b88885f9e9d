package dev.estiba.runtime.record;

import dev.estiba.oci.runtime.Hook;
import java.io.ByteArrayOutputStream;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a {@link ContainerRecord} as {@code state.json}. */
public final class RecordWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private RecordWriter() {}

    public static byte[] write(ContainerRecord record) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeNumberProperty("version", ContainerRecord.VERSION);
            out.writeStringProperty("id", record.id());
            out.writeStringProperty("bundle", record.bundle());
            out.writeStringProperty("rootfs", record.rootfs());
            out.writeStringProperty("created", record.created());
            out.writeNumberProperty("owner", record.owner());
            out.writeStringProperty("bootId", record.bootId());
            out.writeBooleanProperty("ownPids", record.ownPids());
            out.writeObjectPropertyStart("annotations");
            record.annotations().forEach(out::writeStringProperty);
            out.writeEndObject();
            texts(out, "cgroups", record.cgroups());
            if (record.unified()) {
                out.writeBooleanProperty("unified", true);
            }
            hooks(out, "poststart", record.poststart());
            hooks(out, "poststop", record.poststop());
            out.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private static void texts(JsonGenerator out, String name, List<String> texts) {
        out.writeArrayPropertyStart(name);
        texts.forEach(out::writeString);
        out.writeEndArray();
    }

    private static void hooks(JsonGenerator out, String name, List<Hook> hooks) {
        out.writeArrayPropertyStart(name);
        for (Hook hook : hooks) {
            out.writeStartObject();
            out.writeStringProperty("path", hook.path());
            texts(out, "args", hook.args());
            texts(out, "env", hook.env());
            hook.timeout().ifPresent(seconds -> out.writeNumberProperty("timeout", seconds));
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}

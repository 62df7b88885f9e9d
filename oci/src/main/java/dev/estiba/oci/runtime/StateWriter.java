package dev.estiba.oci.runtime;

import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;

/** Writes a {@link State} as runtime.md describes it. */
public final class StateWriter {
    private StateWriter() {}

    /** The document that hooks get on stdin and {@code state} prints; a pid of 0 is left out. */
    public static byte[] write(State state, Layout layout) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = Output.open(bytes, layout)) {
            out.writeStartObject();
            out.writeStringProperty("ociVersion", state.ociVersion());
            out.writeStringProperty("id", state.id());
            Output.word(out, "status", state.status());
            Output.nonZero(out, "pid", state.pid());
            out.writeStringProperty("bundle", state.bundle());
            Output.textMap(out, "annotations", state.annotations());
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }
}

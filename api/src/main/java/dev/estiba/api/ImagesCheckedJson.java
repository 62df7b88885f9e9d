package dev.estiba.api;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImagesChecked}. */
public final class ImagesCheckedJson {
    private ImagesCheckedJson() {}

    public static byte[] write(ImagesChecked checked) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeBooleanProperty("Clean", checked.isClean());
            out.writeNumberProperty("Images", checked.images());
            out.writeNumberProperty("Blobs", checked.blobs());
            out.writeNumberProperty("Layers", checked.layers());
            out.writeName("Findings");
            Output.list(out, checked.findings(), ImagesCheckedJson::finding);
            out.writeEndObject();
        }
        return text.toByteArray();
    }

    private static void finding(JsonGenerator out, ImagesChecked.Finding finding) {
        out.writeStartObject();
        out.writeStringProperty("Kind", finding.kind());
        out.writeStringProperty("Problem", finding.problem());
        out.writeStringProperty("State", finding.state().word());
        out.writeStringProperty("Remark", finding.remark());
        out.writeEndObject();
    }
}

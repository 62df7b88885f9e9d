package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link TmpfsOptions}. */
final class TmpfsOptionsJson {
    static final FieldNames NAMES = FieldNames.of("TmpfsOptions", "SizeBytes", "Mode", "Options");

    private TmpfsOptionsJson() {}

    static TmpfsOptions read(Cursor in) throws ApiException {
        long sizeBytes = 0;
        long mode = 0;
        List<List<String>> options = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "SizeBytes" -> sizeBytes = in.int64();
                case "Mode" -> mode = in.uint32();
                case "Options" -> options = in.list(Cursor::texts);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new TmpfsOptions(sizeBytes, mode, options);
    }

    static void write(JsonGenerator out, TmpfsOptions value) {
        out.writeStartObject();
        Output.nonZero(out, "SizeBytes", value.sizeBytes());
        Output.nonZero(out, "Mode", value.mode());
        Output.list(out, "Options", value.options(), Empty.LEFT_OUT, Output::texts);
        out.writeEndObject();
    }
}

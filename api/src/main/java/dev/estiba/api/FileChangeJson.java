package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link FileChange}. */
final class FileChangeJson {
    static final FieldNames NAMES = FieldNames.of("FileChange", "Path", "Kind");

    private FileChangeJson() {}

    static FileChange read(Cursor in) throws ApiException {
        String path = "";
        int kind = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Path" -> path = in.text();
                case "Kind" -> kind = in.uint16();
                default -> in.skip();
            }
        }
        in.leave(outer);
        FileChange.Kind[] kinds = FileChange.Kind.values();
        if (kind >= kinds.length) {
            throw ApiException.badRequest("there is no change of kind " + kind);
        }
        return new FileChange(kinds[kind], path);
    }

    static void write(JsonGenerator out, FileChange value) {
        out.writeStartObject();
        out.writeStringProperty("Path", value.path());
        out.writeNumberProperty("Kind", value.kind().ordinal());
        out.writeEndObject();
    }
}

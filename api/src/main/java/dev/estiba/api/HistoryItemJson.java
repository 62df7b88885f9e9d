package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link HistoryItem}. */
final class HistoryItemJson {
    static final FieldNames NAMES =
            FieldNames.of("HistoryResponseItem", "Comment", "Created", "CreatedBy", "Id", "Size", "Tags");

    private HistoryItemJson() {}

    static HistoryItem read(Cursor in) throws ApiException {
        String id = "";
        long created = 0;
        String createdBy = "";
        List<String> tags = List.of();
        long size = 0;
        String comment = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Comment" -> comment = in.text();
                case "Created" -> created = in.int64();
                case "CreatedBy" -> createdBy = in.text();
                case "Id" -> id = in.text();
                case "Size" -> size = in.int64();
                case "Tags" -> tags = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new HistoryItem(id, created, createdBy, tags, size, comment);
    }

    static void write(JsonGenerator out, HistoryItem value) {
        out.writeStartObject();
        out.writeStringProperty("Comment", value.comment());
        out.writeNumberProperty("Created", value.created());
        out.writeStringProperty("CreatedBy", value.createdBy());
        out.writeStringProperty("Id", value.id());
        out.writeNumberProperty("Size", value.size());
        Output.texts(out, "Tags", value.tags(), Empty.NULL);
        out.writeEndObject();
    }
}

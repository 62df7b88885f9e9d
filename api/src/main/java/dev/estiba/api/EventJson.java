package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Event}, with the fields of before API 1.22 that clients still read. */
final class EventJson {
    static final FieldNames NAMES =
            FieldNames.of("Event", "status", "id", "from", "Type", "Action", "Actor", "scope", "time", "timeNano");
    static final FieldNames ACTOR = FieldNames.of("Actor", "ID", "Attributes");

    private static final long NANOS = 1_000_000_000;

    private EventJson() {}

    static Event read(Cursor in) throws ApiException {
        String type = "";
        String action = "";
        Event actor = new Event("", "", "", Map.of(), 0);
        long timeNano = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Type" -> type = in.text();
                case "Action" -> action = in.text();
                case "Actor" -> actor = actor(in);
                case "timeNano" -> timeNano = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Event(type, action, actor.id(), actor.attributes(), timeNano);
    }

    private static Event actor(Cursor in) throws ApiException {
        String id = "";
        Map<String, String> attributes = Map.of();
        FieldNames outer = in.object(ACTOR);
        for (String field = in.nextField(ACTOR); field != null; field = in.nextField(ACTOR)) {
            switch (field) {
                case "ID" -> id = in.text();
                case "Attributes" -> attributes = in.textMap();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Event("", "", id, attributes, 0);
    }

    static void write(JsonGenerator out, Event value) {
        out.writeStartObject();
        if (value.type().equals("container") || value.type().equals("image")) {
            out.writeStringProperty("status", value.action());
            out.writeStringProperty("id", value.id());
            String from = value.attributes().getOrDefault("image", "");
            if (!from.isEmpty()) {
                out.writeStringProperty("from", from);
            }
        }
        out.writeStringProperty("Type", value.type());
        out.writeStringProperty("Action", value.action());
        out.writeObjectPropertyStart("Actor");
        out.writeStringProperty("ID", value.id());
        out.writeObjectPropertyStart("Attributes");
        value.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> out.writeStringProperty(each.getKey(), each.getValue()));
        out.writeEndObject();
        out.writeEndObject();
        out.writeStringProperty("scope", "local");
        out.writeNumberProperty("time", value.timeNano() / NANOS);
        out.writeNumberProperty("timeNano", value.timeNano());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ProgressLine}: the Engine API's {@code CreateImageInfo}, {@code PushImageInfo}. */
final class ProgressLineJson {
    static final FieldNames NAMES = FieldNames.of(
            "JSONMessage", "stream", "status", "progressDetail", "progress", "id", "errorDetail", "error");

    private static final FieldNames DETAIL = FieldNames.of("JSONProgress", "current", "total");
    private static final FieldNames ERROR = FieldNames.of("JSONError", "code", "message");

    private ProgressLineJson() {}

    static ProgressLine read(Cursor in) throws ApiException {
        String status = "";
        Optional<String> id = Optional.empty();
        Detail detail = new Detail(0, 0);
        Optional<String> stream = Optional.empty();
        String error = "";
        boolean failed = false;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "stream" -> stream = Optional.of(in.anyText());
                case "status" -> status = in.anyText();
                case "id" -> id = Optional.of(in.anyText());
                case "progressDetail" -> detail = detail(in);
                case "error" -> {
                    error = in.anyText();
                    failed = true;
                }
                case "errorDetail" -> {
                    error = message(in);
                    failed = true;
                }
                default -> in.skip();
            }
        }
        in.leave(outer);
        if (failed) {
            return new ProgressLine.Failed(error);
        }
        return stream.isPresent()
                ? new ProgressLine.Said(stream.get())
                : new ProgressLine.Told(new Progress(id, status, detail.current, detail.total));
    }

    private record Detail(long current, long total) {}

    private static Detail detail(Cursor in) throws ApiException {
        long current = 0;
        long total = 0;
        FieldNames outer = in.object(DETAIL);
        for (String field = in.nextField(DETAIL); field != null; field = in.nextField(DETAIL)) {
            switch (field) {
                case "current" -> current = in.int64();
                case "total" -> total = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Detail(current, total);
    }

    private static String message(Cursor in) throws ApiException {
        String message = "";
        FieldNames outer = in.object(ERROR);
        for (String field = in.nextField(ERROR); field != null; field = in.nextField(ERROR)) {
            switch (field) {
                case "message" -> message = in.anyText();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return message;
    }

    static void write(JsonGenerator out, ProgressLine value) {
        out.writeStartObject();
        switch (value) {
            case ProgressLine.Told(Progress progress) -> {
                out.writeStringProperty("status", progress.status());
                // A status of one part always says how far the part is, if only that nobody knows.
                if (progress.id().isPresent()) {
                    out.writeObjectPropertyStart("progressDetail");
                    Output.nonZero(out, "current", progress.current());
                    Output.nonZero(out, "total", progress.total());
                    out.writeEndObject();
                    out.writeStringProperty("id", progress.id().get());
                }
            }
            case ProgressLine.Said(String text) -> out.writeStringProperty("stream", text);
            case ProgressLine.Failed(String message) -> {
                out.writeObjectPropertyStart("errorDetail");
                out.writeStringProperty("message", message);
                out.writeEndObject();
                out.writeStringProperty("error", message);
            }
        }
        out.writeEndObject();
    }
}

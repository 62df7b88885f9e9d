package dev.estiba.api;

import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ExecStartRequest}. */
final class ExecStartRequestJson {
    static final FieldNames NAMES = FieldNames.of("ExecStartOptions", "Detach", "Tty", "ConsoleSize");

    private ExecStartRequestJson() {}

    static ExecStartRequest read(Cursor in) throws ApiException {
        boolean detach = false;
        boolean tty = false;
        Optional<ConsoleSize> consoleSize = Optional.empty();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Detach" -> detach = in.bool();
                case "Tty" -> tty = in.bool();
                case "ConsoleSize" -> consoleSize = Optional.of(ConsoleSizeJson.read(in));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ExecStartRequest(detach, tty, consoleSize);
    }

    static void write(JsonGenerator out, ExecStartRequest value) {
        out.writeStartObject();
        out.writeBooleanProperty("Detach", value.detach());
        out.writeBooleanProperty("Tty", value.tty());
        Output.optional(out, "ConsoleSize", value.consoleSize(), Empty.LEFT_OUT, ConsoleSizeJson::write);
        out.writeEndObject();
    }
}

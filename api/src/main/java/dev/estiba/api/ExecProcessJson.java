package dev.estiba.api;

import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ExecProcess}. */
final class ExecProcessJson {
    static final FieldNames NAMES =
            FieldNames.of("ExecProcessConfig", "tty", "entrypoint", "arguments", "privileged", "user");

    private ExecProcessJson() {}

    static ExecProcess read(Cursor in) throws ApiException {
        boolean tty = false;
        String entrypoint = "";
        List<String> arguments = List.of();
        Optional<Boolean> privileged = Optional.empty();
        String user = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "tty" -> tty = in.bool();
                case "entrypoint" -> entrypoint = in.text();
                case "arguments" -> arguments = in.texts();
                case "privileged" -> privileged = Optional.of(in.bool());
                case "user" -> user = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ExecProcess(tty, entrypoint, arguments, privileged, user);
    }

    static void write(JsonGenerator out, ExecProcess value) {
        out.writeStartObject();
        out.writeBooleanProperty("tty", value.tty());
        out.writeStringProperty("entrypoint", value.entrypoint());
        Output.texts(out, "arguments", value.arguments(), Empty.BRACKETS);
        Output.flag(out, "privileged", value.privileged(), Empty.LEFT_OUT);
        Output.nonEmpty(out, "user", value.user());
        out.writeEndObject();
    }
}

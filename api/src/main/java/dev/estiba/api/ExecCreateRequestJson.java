package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ExecCreateRequest}. */
final class ExecCreateRequestJson {
    static final FieldNames NAMES = FieldNames.of(
            "ExecOptions",
            "User",
            "Privileged",
            "Tty",
            "ConsoleSize",
            "AttachStdin",
            "AttachStderr",
            "AttachStdout",
            "DetachKeys",
            "Env",
            "WorkingDir",
            "Cmd");

    private ExecCreateRequestJson() {}

    static ExecCreateRequest read(Cursor in) throws ApiException {
        ExecCreateRequest.Builder value = ExecCreateRequest.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "User" -> value.user(in.text());
                case "Privileged" -> value.privileged(in.bool());
                case "Tty" -> value.tty(in.bool());
                case "ConsoleSize" -> value.consoleSize(ConsoleSizeJson.read(in));
                case "AttachStdin" -> value.attachStdin(in.bool());
                case "AttachStderr" -> value.attachStderr(in.bool());
                case "AttachStdout" -> value.attachStdout(in.bool());
                case "DetachKeys" -> value.detachKeys(in.text());
                case "Env" -> value.env(in.texts());
                case "WorkingDir" -> value.workingDir(in.text());
                case "Cmd" -> value.cmd(in.textOrTexts());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, ExecCreateRequest value) {
        out.writeStartObject();
        out.writeStringProperty("User", value.user());
        out.writeBooleanProperty("Privileged", value.privileged());
        out.writeBooleanProperty("Tty", value.tty());
        Output.optional(out, "ConsoleSize", value.consoleSize(), Empty.LEFT_OUT, ConsoleSizeJson::write);
        out.writeBooleanProperty("AttachStdin", value.attachStdin());
        out.writeBooleanProperty("AttachStderr", value.attachStderr());
        out.writeBooleanProperty("AttachStdout", value.attachStdout());
        out.writeStringProperty("DetachKeys", value.detachKeys());
        Output.texts(out, "Env", value.env(), Empty.NULL);
        out.writeStringProperty("WorkingDir", value.workingDir());
        Output.texts(out, "Cmd", value.cmd(), Empty.NULL);
        out.writeEndObject();
    }
}

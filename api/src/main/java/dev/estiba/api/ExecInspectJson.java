package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ExecInspect}. */
final class ExecInspectJson {
    static final FieldNames NAMES = FieldNames.of(
            "ExecInspect",
            "ID",
            "Running",
            "ExitCode",
            "ProcessConfig",
            "OpenStdin",
            "OpenStderr",
            "OpenStdout",
            "CanRemove",
            "ContainerID",
            "DetachKeys",
            "Pid");

    private ExecInspectJson() {}

    static ExecInspect read(Cursor in) throws ApiException {
        ExecInspect.Builder value = ExecInspect.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "ID" -> value.id(in.text());
                case "Running" -> value.running(in.bool());
                case "ExitCode" -> value.exitCode(in.int32());
                case "ProcessConfig" -> value.processConfig(ExecProcessJson.read(in));
                case "OpenStdin" -> value.openStdin(in.bool());
                case "OpenStderr" -> value.openStderr(in.bool());
                case "OpenStdout" -> value.openStdout(in.bool());
                case "CanRemove" -> value.canRemove(in.bool());
                case "ContainerID" -> value.containerId(in.text());
                case "DetachKeys" -> value.detachKeys(in.text());
                case "Pid" -> value.pid(in.int32());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, ExecInspect value) {
        out.writeStartObject();
        out.writeStringProperty("ID", value.id());
        out.writeBooleanProperty("Running", value.running());
        Output.number(out, "ExitCode", value.exitCode(), Empty.NULL);
        out.writeName("ProcessConfig");
        ExecProcessJson.write(out, value.processConfig());
        out.writeBooleanProperty("OpenStdin", value.openStdin());
        out.writeBooleanProperty("OpenStderr", value.openStderr());
        out.writeBooleanProperty("OpenStdout", value.openStdout());
        out.writeBooleanProperty("CanRemove", value.canRemove());
        out.writeStringProperty("ContainerID", value.containerId());
        out.writeStringProperty("DetachKeys", value.detachKeys());
        out.writeNumberProperty("Pid", value.pid());
        out.writeEndObject();
    }
}

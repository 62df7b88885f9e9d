package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ContainerState}. */
final class ContainerStateJson {
    static final FieldNames NAMES = FieldNames.of(
            "State",
            "Status",
            "Running",
            "Paused",
            "Restarting",
            "OOMKilled",
            "Dead",
            "Pid",
            "ExitCode",
            "Error",
            "StartedAt",
            "FinishedAt",
            "Health");

    private ContainerStateJson() {}

    static ContainerState read(Cursor in) throws ApiException {
        ContainerState.Builder value = ContainerState.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Status" -> value.status(in.text());
                case "Running" -> value.running(in.bool());
                case "Paused" -> value.paused(in.bool());
                case "Restarting" -> value.restarting(in.bool());
                case "OOMKilled" -> value.oomKilled(in.bool());
                case "Dead" -> value.dead(in.bool());
                case "Pid" -> value.pid(in.int32());
                case "ExitCode" -> value.exitCode(in.int32());
                case "Error" -> value.error(in.text());
                case "StartedAt" -> value.startedAt(in.text());
                case "FinishedAt" -> value.finishedAt(in.text());
                case "Health" -> value.health(HealthJson.read(in));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, ContainerState value) {
        out.writeStartObject();
        out.writeStringProperty("Status", value.status());
        out.writeBooleanProperty("Running", value.running());
        out.writeBooleanProperty("Paused", value.paused());
        out.writeBooleanProperty("Restarting", value.restarting());
        out.writeBooleanProperty("OOMKilled", value.oomKilled());
        out.writeBooleanProperty("Dead", value.dead());
        out.writeNumberProperty("Pid", value.pid());
        out.writeNumberProperty("ExitCode", value.exitCode());
        out.writeStringProperty("Error", value.error());
        out.writeStringProperty("StartedAt", value.startedAt());
        out.writeStringProperty("FinishedAt", value.finishedAt());
        Output.optional(out, "Health", value.health(), Empty.LEFT_OUT, HealthJson::write);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ContainerConfig}. */
final class ContainerConfigJson {
    static final FieldNames NAMES = FieldNames.of(
            "CreateRequest",
            "Hostname",
            "Domainname",
            "User",
            "AttachStdin",
            "AttachStdout",
            "AttachStderr",
            "ExposedPorts",
            "Tty",
            "OpenStdin",
            "StdinOnce",
            "Env",
            "Cmd",
            "Healthcheck",
            "ArgsEscaped",
            "Image",
            "Volumes",
            "WorkingDir",
            "Entrypoint",
            "NetworkDisabled",
            "MacAddress",
            "OnBuild",
            "Labels",
            "StopSignal",
            "StopTimeout",
            "Shell");

    private ContainerConfigJson() {}

    static ContainerConfig read(Cursor in) throws ApiException {
        ContainerConfig.Builder value = ContainerConfig.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            field(in, field, value);
        }
        in.leave(outer);
        return value.build();
    }

    /** The value of one field, also where these fields stand among those of another object. */
    static void field(Cursor in, String field, ContainerConfig.Builder value) throws ApiException {
        switch (field) {
            case "Hostname" -> value.hostname(in.text());
            case "Domainname" -> value.domainname(in.text());
            case "User" -> value.user(in.text());
            case "AttachStdin" -> value.attachStdin(in.bool());
            case "AttachStdout" -> value.attachStdout(in.bool());
            case "AttachStderr" -> value.attachStderr(in.bool());
            case "ExposedPorts" -> value.exposedPorts(in.keys());
            case "Tty" -> value.tty(in.bool());
            case "OpenStdin" -> value.openStdin(in.bool());
            case "StdinOnce" -> value.stdinOnce(in.bool());
            case "Env" -> value.env(in.texts());
            case "Cmd" -> value.cmd(in.textOrTexts());
            case "Healthcheck" -> value.healthcheck(HealthConfigJson.read(in));
            case "ArgsEscaped" -> value.argsEscaped(in.bool());
            case "Image" -> value.image(in.text());
            case "Volumes" -> value.volumes(in.keys());
            case "WorkingDir" -> value.workingDir(in.text());
            case "Entrypoint" -> value.entrypoint(in.textOrTexts());
            case "NetworkDisabled" -> value.networkDisabled(in.bool());
            case "MacAddress" -> value.macAddress(in.text());
            case "OnBuild" -> value.onBuild(in.texts());
            case "Labels" -> value.labels(in.textMap());
            case "StopSignal" -> value.stopSignal(in.text());
            case "StopTimeout" -> value.stopTimeout(in.int32());
            case "Shell" -> value.shell(in.textOrTexts());
            default -> in.skip();
        }
    }

    static void write(JsonGenerator out, ContainerConfig value) {
        out.writeStartObject();
        fields(out, value);
        out.writeEndObject();
    }

    static void fields(JsonGenerator out, ContainerConfig value) {
        out.writeStringProperty("Hostname", value.hostname());
        out.writeStringProperty("Domainname", value.domainname());
        out.writeStringProperty("User", value.user());
        out.writeBooleanProperty("AttachStdin", value.attachStdin());
        out.writeBooleanProperty("AttachStdout", value.attachStdout());
        out.writeBooleanProperty("AttachStderr", value.attachStderr());
        Output.keys(out, "ExposedPorts", value.exposedPorts(), Empty.LEFT_OUT);
        out.writeBooleanProperty("Tty", value.tty());
        out.writeBooleanProperty("OpenStdin", value.openStdin());
        out.writeBooleanProperty("StdinOnce", value.stdinOnce());
        Output.texts(out, "Env", value.env(), Empty.NULL);
        Output.texts(out, "Cmd", value.cmd(), Empty.NULL);
        Output.optional(out, "Healthcheck", value.healthcheck(), Empty.LEFT_OUT, HealthConfigJson::write);
        Output.ifTrue(out, "ArgsEscaped", value.argsEscaped());
        out.writeStringProperty("Image", value.image());
        Output.keys(out, "Volumes", value.volumes(), Empty.BRACKETS);
        out.writeStringProperty("WorkingDir", value.workingDir());
        Output.texts(out, "Entrypoint", value.entrypoint(), Empty.NULL);
        Output.ifTrue(out, "NetworkDisabled", value.networkDisabled());
        Output.nonEmpty(out, "MacAddress", value.macAddress());
        Output.texts(out, "OnBuild", value.onBuild(), Empty.NULL);
        Output.textMap(out, "Labels", value.labels(), Empty.BRACKETS);
        Output.nonEmpty(out, "StopSignal", value.stopSignal());
        Output.number(out, "StopTimeout", value.stopTimeout(), Empty.LEFT_OUT);
        Output.texts(out, "Shell", value.shell(), Empty.LEFT_OUT);
    }
}

package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link CreateRequest}. */
final class CreateRequestJson {
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
            "Shell",
            "HostConfig",
            "NetworkingConfig");

    private CreateRequestJson() {}

    static CreateRequest read(Cursor in) throws ApiException {
        HostConfig hostConfig = HostConfig.NOTHING;
        NetworkingConfig networkingConfig = new NetworkingConfig(Map.of());
        ContainerConfig.Builder configFields = ContainerConfig.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "HostConfig" -> hostConfig = HostConfigJson.read(in);
                case "NetworkingConfig" -> networkingConfig = NetworkingConfigJson.read(in);
                default -> ContainerConfigJson.field(in, field, configFields);
            }
        }
        in.leave(outer);
        ContainerConfig config = configFields.build();
        return new CreateRequest(config, hostConfig, networkingConfig);
    }

    static void write(JsonGenerator out, CreateRequest value) {
        out.writeStartObject();
        ContainerConfigJson.fields(out, value.config());
        out.writeName("HostConfig");
        HostConfigJson.write(out, value.hostConfig());
        out.writeName("NetworkingConfig");
        NetworkingConfigJson.write(out, value.networkingConfig());
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkInspect}. */
final class NetworkInspectJson {
    static final FieldNames NAMES = FieldNames.of(
            "Inspect",
            "Name",
            "Id",
            "Created",
            "Scope",
            "Driver",
            "EnableIPv4",
            "EnableIPv6",
            "IPAM",
            "Internal",
            "Attachable",
            "Ingress",
            "ConfigFrom",
            "ConfigOnly",
            "Containers",
            "Options",
            "Labels");

    private NetworkInspectJson() {}

    static NetworkInspect read(Cursor in) throws ApiException {
        NetworkInspect.Builder value = NetworkInspect.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> value.name(in.text());
                case "Id" -> value.id(in.text());
                case "Created" -> value.created(in.text());
                case "Scope" -> value.scope(in.text());
                case "Driver" -> value.driver(in.text());
                case "EnableIPv4" -> value.enableIpv4(in.bool());
                case "EnableIPv6" -> value.enableIpv6(in.bool());
                case "IPAM" -> value.ipam(NetworkIpamJson.read(in));
                case "Internal" -> value.internal(in.bool());
                case "Attachable" -> value.attachable(in.bool());
                case "Ingress" -> value.ingress(in.bool());
                case "ConfigFrom" -> value.configFrom(ConfigReferenceJson.read(in));
                case "ConfigOnly" -> value.configOnly(in.bool());
                case "Containers" -> value.containers(in.map(EndpointResourceJson::read));
                case "Options" -> value.options(in.textMap());
                case "Labels" -> value.labels(in.textMap());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, NetworkInspect value) {
        out.writeStartObject();
        out.writeStringProperty("Name", value.name());
        out.writeStringProperty("Id", value.id());
        out.writeStringProperty("Created", value.created());
        out.writeStringProperty("Scope", value.scope());
        out.writeStringProperty("Driver", value.driver());
        out.writeBooleanProperty("EnableIPv4", value.enableIpv4());
        out.writeBooleanProperty("EnableIPv6", value.enableIpv6());
        out.writeName("IPAM");
        NetworkIpamJson.write(out, value.ipam());
        out.writeBooleanProperty("Internal", value.internal());
        out.writeBooleanProperty("Attachable", value.attachable());
        out.writeBooleanProperty("Ingress", value.ingress());
        out.writeName("ConfigFrom");
        ConfigReferenceJson.write(out, value.configFrom());
        out.writeBooleanProperty("ConfigOnly", value.configOnly());
        Output.map(out, "Containers", value.containers(), Empty.BRACKETS, EndpointResourceJson::write);
        Output.textMap(out, "Options", value.options(), Empty.BRACKETS);
        Output.textMap(out, "Labels", value.labels(), Empty.BRACKETS);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkCreateRequest}. */
final class NetworkCreateRequestJson {
    static final FieldNames NAMES = FieldNames.of(
            "CreateRequest",
            "Name",
            "Driver",
            "Scope",
            "EnableIPv4",
            "EnableIPv6",
            "IPAM",
            "Internal",
            "Attachable",
            "Ingress",
            "ConfigOnly",
            "ConfigFrom",
            "Options",
            "Labels");

    private NetworkCreateRequestJson() {}

    static NetworkCreateRequest read(Cursor in) throws ApiException {
        NetworkCreateRequest.Builder value = NetworkCreateRequest.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> value.name(in.text());
                case "Driver" -> value.driver(in.text());
                case "Scope" -> value.scope(in.text());
                case "EnableIPv4" -> value.enableIpv4(in.bool());
                case "EnableIPv6" -> value.enableIpv6(in.bool());
                case "IPAM" -> value.ipam(NetworkIpamJson.read(in));
                case "Internal" -> value.internal(in.bool());
                case "Attachable" -> value.attachable(in.bool());
                case "Ingress" -> value.ingress(in.bool());
                case "ConfigOnly" -> value.configOnly(in.bool());
                case "ConfigFrom" -> value.configFrom(ConfigReferenceJson.read(in));
                case "Options" -> value.options(in.textMap());
                case "Labels" -> value.labels(in.textMap());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, NetworkCreateRequest value) {
        out.writeStartObject();
        out.writeStringProperty("Name", value.name());
        out.writeStringProperty("Driver", value.driver());
        out.writeStringProperty("Scope", value.scope());
        Output.flag(out, "EnableIPv4", value.enableIpv4(), Empty.LEFT_OUT);
        Output.flag(out, "EnableIPv6", value.enableIpv6(), Empty.LEFT_OUT);
        Output.optional(out, "IPAM", value.ipam(), Empty.LEFT_OUT, NetworkIpamJson::write);
        out.writeBooleanProperty("Internal", value.internal());
        out.writeBooleanProperty("Attachable", value.attachable());
        out.writeBooleanProperty("Ingress", value.ingress());
        out.writeBooleanProperty("ConfigOnly", value.configOnly());
        Output.optional(out, "ConfigFrom", value.configFrom(), Empty.LEFT_OUT, ConfigReferenceJson::write);
        Output.textMap(out, "Options", value.options(), Empty.BRACKETS);
        Output.textMap(out, "Labels", value.labels(), Empty.BRACKETS);
        out.writeEndObject();
    }
}

package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkSettings}. */
final class NetworkSettingsJson {
    static final FieldNames NAMES = FieldNames.of(
            "NetworkSettings",
            "Bridge",
            "SandboxID",
            "SandboxKey",
            "Ports",
            "Gateway",
            "IPAddress",
            "IPPrefixLen",
            "MacAddress",
            "Networks");

    private NetworkSettingsJson() {}

    static NetworkSettings read(Cursor in) throws ApiException {
        NetworkSettings.Builder value = NetworkSettings.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Bridge" -> value.bridge(in.text());
                case "SandboxID" -> value.sandboxId(in.text());
                case "SandboxKey" -> value.sandboxKey(in.text());
                case "Ports" -> value.ports(in.map(each -> each.list(PortBindingJson::read)));
                case "Gateway" -> value.gateway(in.text());
                case "IPAddress" -> value.ipAddress(in.text());
                case "IPPrefixLen" -> value.ipPrefixLen(in.int32());
                case "MacAddress" -> value.macAddress(in.text());
                case "Networks" -> value.networks(in.map(EndpointSettingsJson::read));
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, NetworkSettings value) {
        out.writeStartObject();
        out.writeStringProperty("Bridge", value.bridge());
        out.writeStringProperty("SandboxID", value.sandboxId());
        out.writeStringProperty("SandboxKey", value.sandboxKey());
        Output.mapOfLists(out, "Ports", value.ports(), Empty.BRACKETS, PortBindingJson::write);
        out.writeStringProperty("Gateway", value.gateway());
        out.writeStringProperty("IPAddress", value.ipAddress());
        out.writeNumberProperty("IPPrefixLen", value.ipPrefixLen());
        out.writeStringProperty("MacAddress", value.macAddress());
        Output.map(out, "Networks", value.networks(), Empty.BRACKETS, EndpointSettingsJson::write);
        out.writeEndObject();
    }
}

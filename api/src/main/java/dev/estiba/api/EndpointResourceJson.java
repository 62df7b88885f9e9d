package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link EndpointResource}. */
final class EndpointResourceJson {
    static final FieldNames NAMES =
            FieldNames.of("EndpointResource", "Name", "EndpointID", "MacAddress", "IPv4Address", "IPv6Address");

    private EndpointResourceJson() {}

    static EndpointResource read(Cursor in) throws ApiException {
        String name = "";
        String endpointId = "";
        String mac = "";
        String v4 = "";
        String v6 = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Name" -> name = in.text();
                case "EndpointID" -> endpointId = in.text();
                case "MacAddress" -> mac = in.text();
                case "IPv4Address" -> v4 = in.text();
                case "IPv6Address" -> v6 = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new EndpointResource(name, endpointId, mac, v4, v6);
    }

    static void write(JsonGenerator out, EndpointResource value) {
        out.writeStartObject();
        out.writeStringProperty("Name", value.name());
        out.writeStringProperty("EndpointID", value.endpointId());
        out.writeStringProperty("MacAddress", value.macAddress());
        out.writeStringProperty("IPv4Address", value.ipv4Address());
        out.writeStringProperty("IPv6Address", value.ipv6Address());
        out.writeEndObject();
    }
}

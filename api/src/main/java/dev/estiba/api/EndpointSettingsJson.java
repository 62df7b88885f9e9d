package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link EndpointSettings}. */
final class EndpointSettingsJson {
    static final FieldNames NAMES = FieldNames.of(
            "EndpointSettings",
            "IPAMConfig",
            "Links",
            "Aliases",
            "MacAddress",
            "DriverOpts",
            "GwPriority",
            "NetworkID",
            "EndpointID",
            "Gateway",
            "IPAddress",
            "IPPrefixLen",
            "IPv6Gateway",
            "GlobalIPv6Address",
            "GlobalIPv6PrefixLen",
            "DNSNames");

    private EndpointSettingsJson() {}

    static EndpointSettings read(Cursor in) throws ApiException {
        EndpointSettings.Builder value = EndpointSettings.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "IPAMConfig" -> value.ipamConfig(IpamConfigJson.read(in));
                case "Links" -> value.links(in.texts());
                case "Aliases" -> value.aliases(in.texts());
                case "MacAddress" -> value.macAddress(in.text());
                case "DriverOpts" -> value.driverOpts(in.textMap());
                case "GwPriority" -> value.gwPriority(in.int32());
                case "NetworkID" -> value.networkId(in.text());
                case "EndpointID" -> value.endpointId(in.text());
                case "Gateway" -> value.gateway(in.text());
                case "IPAddress" -> value.ipAddress(in.text());
                case "IPPrefixLen" -> value.ipPrefixLen(in.int32());
                case "IPv6Gateway" -> value.ipv6Gateway(in.text());
                case "GlobalIPv6Address" -> value.globalIPv6Address(in.text());
                case "GlobalIPv6PrefixLen" -> value.globalIPv6PrefixLen(in.int32());
                case "DNSNames" -> value.dnsNames(in.texts());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, EndpointSettings value) {
        out.writeStartObject();
        Output.optional(out, "IPAMConfig", value.ipamConfig(), Empty.NULL, IpamConfigJson::write);
        Output.texts(out, "Links", value.links(), Empty.NULL);
        Output.texts(out, "Aliases", value.aliases(), Empty.NULL);
        out.writeStringProperty("MacAddress", value.macAddress());
        Output.textMap(out, "DriverOpts", value.driverOpts(), Empty.NULL);
        out.writeNumberProperty("GwPriority", value.gwPriority());
        out.writeStringProperty("NetworkID", value.networkId());
        out.writeStringProperty("EndpointID", value.endpointId());
        out.writeStringProperty("Gateway", value.gateway());
        out.writeStringProperty("IPAddress", value.ipAddress());
        out.writeNumberProperty("IPPrefixLen", value.ipPrefixLen());
        out.writeStringProperty("IPv6Gateway", value.ipv6Gateway());
        out.writeStringProperty("GlobalIPv6Address", value.globalIPv6Address());
        out.writeNumberProperty("GlobalIPv6PrefixLen", value.globalIPv6PrefixLen());
        Output.texts(out, "DNSNames", value.dnsNames(), Empty.NULL);
        out.writeEndObject();
    }
}

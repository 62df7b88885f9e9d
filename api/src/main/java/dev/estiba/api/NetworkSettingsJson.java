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

    /** The default network's endpoint once more, for who knew no others; gone in version 1.52. */
    private static void defaultNetwork(JsonGenerator out, NetworkSettings value) {
        EndpointSettings bridge = value.networks().getOrDefault("bridge", EndpointSettings.NOTHING);
        out.writeBooleanProperty("HairpinMode", false);
        out.writeStringProperty("LinkLocalIPv6Address", "");
        out.writeNumberProperty("LinkLocalIPv6PrefixLen", 0);
        out.writeNullProperty("SecondaryIPAddresses");
        out.writeNullProperty("SecondaryIPv6Addresses");
        out.writeStringProperty("EndpointID", bridge.endpointId());
        out.writeStringProperty("Gateway", value.gateway());
        out.writeStringProperty("GlobalIPv6Address", bridge.globalIPv6Address());
        out.writeNumberProperty("GlobalIPv6PrefixLen", bridge.globalIPv6PrefixLen());
        out.writeStringProperty("IPAddress", value.ipAddress());
        out.writeNumberProperty("IPPrefixLen", value.ipPrefixLen());
        out.writeStringProperty("IPv6Gateway", bridge.ipv6Gateway());
        out.writeStringProperty("MacAddress", value.macAddress());
    }

    static void write(JsonGenerator out, NetworkSettings value) {
        out.writeStartObject();
        out.writeStringProperty("Bridge", value.bridge());
        out.writeStringProperty("SandboxID", value.sandboxId());
        out.writeStringProperty("SandboxKey", value.sandboxKey());
        Output.mapOfLists(out, "Ports", value.ports(), Empty.BRACKETS, PortBindingJson::write);
        defaultNetwork(out, value);
        Output.map(out, "Networks", value.networks(), Empty.BRACKETS, EndpointSettingsJson::write);
        out.writeEndObject();
    }
}

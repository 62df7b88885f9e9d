package dev.estiba.api;

import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link IpamConfig}. */
final class IpamConfigJson {
    static final FieldNames NAMES = FieldNames.of("EndpointIPAMConfig", "IPv4Address", "IPv6Address", "LinkLocalIPs");

    private IpamConfigJson() {}

    static IpamConfig read(Cursor in) throws ApiException {
        String ipv4Address = "";
        String ipv6Address = "";
        List<String> linkLocalIps = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "IPv4Address" -> ipv4Address = in.text();
                case "IPv6Address" -> ipv6Address = in.text();
                case "LinkLocalIPs" -> linkLocalIps = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new IpamConfig(ipv4Address, ipv6Address, linkLocalIps);
    }

    static void write(JsonGenerator out, IpamConfig value) {
        out.writeStartObject();
        Output.nonEmpty(out, "IPv4Address", value.ipv4Address());
        Output.nonEmpty(out, "IPv6Address", value.ipv6Address());
        Output.texts(out, "LinkLocalIPs", value.linkLocalIps(), Empty.LEFT_OUT);
        out.writeEndObject();
    }
}

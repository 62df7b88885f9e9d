package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link NetworkIpamConfig}. */
final class NetworkIpamConfigJson {
    static final FieldNames NAMES = FieldNames.of("IPAMConfig", "Subnet", "IPRange", "Gateway", "AuxiliaryAddresses");

    private NetworkIpamConfigJson() {}

    static NetworkIpamConfig read(Cursor in) throws ApiException {
        String subnet = "";
        String ipRange = "";
        String gateway = "";
        Map<String, String> auxiliary = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Subnet" -> subnet = in.text();
                case "IPRange" -> ipRange = in.text();
                case "Gateway" -> gateway = in.text();
                case "AuxiliaryAddresses" -> auxiliary = in.textMap();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new NetworkIpamConfig(subnet, ipRange, gateway, auxiliary);
    }

    static void write(JsonGenerator out, NetworkIpamConfig value) {
        out.writeStartObject();
        Output.nonEmpty(out, "Subnet", value.subnet());
        Output.nonEmpty(out, "IPRange", value.ipRange());
        Output.nonEmpty(out, "Gateway", value.gateway());
        Output.textMap(out, "AuxiliaryAddresses", value.auxiliaryAddresses(), Empty.LEFT_OUT);
        out.writeEndObject();
    }
}

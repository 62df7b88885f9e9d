package dev.estiba.api;

import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link SummaryNetworks}. */
final class SummaryNetworksJson {
    static final FieldNames NAMES = FieldNames.of("SummaryNetworks", "Networks");

    private SummaryNetworksJson() {}

    static SummaryNetworks read(Cursor in) throws ApiException {
        Map<String, EndpointSettings> networks = Map.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Networks" -> networks = in.map(EndpointSettingsJson::read);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new SummaryNetworks(networks);
    }

    static void write(JsonGenerator out, SummaryNetworks value) {
        out.writeStartObject();
        Output.map(out, "Networks", value.networks(), Empty.BRACKETS, EndpointSettingsJson::write);
        out.writeEndObject();
    }
}

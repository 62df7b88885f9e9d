package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Port}. */
final class PortJson {
    static final FieldNames NAMES = FieldNames.of("Port", "IP", "PrivatePort", "PublicPort", "Type");

    private PortJson() {}

    static Port read(Cursor in) throws ApiException {
        String ip = "";
        int privatePort = 0;
        int publicPort = 0;
        String type = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "IP" -> ip = in.text();
                case "PrivatePort" -> privatePort = in.uint16();
                case "PublicPort" -> publicPort = in.uint16();
                case "Type" -> type = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Port(ip, privatePort, publicPort, type);
    }

    static void write(JsonGenerator out, Port value) {
        out.writeStartObject();
        Output.nonEmpty(out, "IP", value.ip());
        out.writeNumberProperty("PrivatePort", value.privatePort());
        Output.nonZero(out, "PublicPort", value.publicPort());
        out.writeStringProperty("Type", value.type());
        out.writeEndObject();
    }
}

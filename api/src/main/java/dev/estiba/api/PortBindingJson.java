package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link PortBinding}. */
final class PortBindingJson {
    static final FieldNames NAMES = FieldNames.of("PortBinding", "HostIp", "HostPort");

    private PortBindingJson() {}

    static PortBinding read(Cursor in) throws ApiException {
        String hostIp = "";
        String hostPort = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "HostIp" -> hostIp = in.text();
                case "HostPort" -> hostPort = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new PortBinding(hostIp, hostPort);
    }

    static void write(JsonGenerator out, PortBinding value) {
        out.writeStartObject();
        out.writeStringProperty("HostIp", value.hostIp());
        out.writeStringProperty("HostPort", value.hostPort());
        out.writeEndObject();
    }
}

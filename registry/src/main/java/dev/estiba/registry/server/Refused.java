package dev.estiba.registry.server;

import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import tools.jackson.core.JsonGenerator;

/** A request that is answered with an error; nothing has changed. */
final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Reply reply;

    Refused(ErrorCode code, String message) {
        this(code.status(), code, message);
    }

    Refused(int status, ErrorCode code, String message) {
        this(message, Reply.of(status).with("Content-Type", "application/json").body(json(code, message)));
    }

    private Refused(String message, Reply reply) {
        super(message);
        this.reply = reply;
    }

    Refused with(String header, String value) {
        return new Refused(String.valueOf(getMessage()), reply.with(header, value));
    }

    /** RFC 9112, 7.1: a chunk without a length, or of another one. */
    static Refused malformedBody() {
        return new Refused(
                400, ErrorCode.SIZE_INVALID, "the body is not what \"Transfer-Encoding: chunked\" says it is");
    }

    Reply reply() {
        return reply;
    }

    /** The specification's form of errors. */
    static byte[] json(ErrorCode code, String message) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeArrayPropertyStart("errors");
            out.writeStartObject();
            out.writeStringProperty("code", code.name());
            out.writeStringProperty("message", message);
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toByteArray();
    }
}

package dev.estiba.content.store;

import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * A manifest or an index that somebody has pushed to a repository.
 *
 * @param descriptor as a list of referrers has it: with the artifact's type and the annotations
 * @param subject the manifest that it says something of
 * @param parts what it is made of: configuration, layers, further manifests
 */
public record LinkedManifest(Descriptor descriptor, Optional<Digest> subject, List<Digest> parts) {
    public LinkedManifest {
        parts = List.copyOf(parts);
    }

    byte[] json() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeName("descriptor");
            ImageWriter.descriptor(out, descriptor);
            Output.text(out, "subject", subject.map(Digest::toString));
            Output.texts(
                    out,
                    "parts",
                    parts.stream().map(Digest::toString).distinct().toList());
            out.writeEndObject();
        }
        return text.toByteArray();
    }

    static LinkedManifest read(byte[] json) throws DocumentException {
        Descriptor descriptor = null;
        Optional<Digest> subject = Optional.empty();
        List<Digest> parts = new ArrayList<>();
        try (Cursor in = Cursor.open(json, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "descriptor" -> descriptor = ImageReader.descriptor(in);
                    case "subject" -> subject = Optional.of(ImageReader.digest(in));
                    case "parts" -> {
                        in.array();
                        while (in.nextElement()) {
                            parts.add(ImageReader.digest(in));
                        }
                    }
                    default -> in.skip();
                }
            }
            in.end();
            return new LinkedManifest(in.required(descriptor, "descriptor"), subject, parts);
        }
    }
}

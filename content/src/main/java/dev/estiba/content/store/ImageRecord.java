package dev.estiba.content.store;

import dev.estiba.content.store.StoredImage.Layer;
import dev.estiba.content.store.StoredImage.Referrer;
import dev.estiba.content.store.StoredImage.Variant;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.ImageReader;
import dev.estiba.oci.image.ImageWriter;
import dev.estiba.oci.image.Platform;
import dev.estiba.oci.image.PlatformReader;
import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Layout;
import dev.estiba.oci.json.Origin;
import dev.estiba.oci.json.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** A {@link StoredImage} as it is kept. Fields that a later build has added are passed over. */
final class ImageRecord {
    private ImageRecord() {}

    static byte[] write(StoredImage image) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator out = Output.open(text, Layout.COMPACT)) {
            out.writeStartObject();
            out.writeName("root");
            ImageWriter.descriptor(out, image.root());
            out.writeStringProperty("stored", image.stored());
            Output.texts(out, "repositories", List.copyOf(image.repositories()));
            Output.flag(out, "dropped", image.dropped());
            out.writeArrayPropertyStart("variants");
            image.variants().forEach(each -> variant(out, each));
            out.writeEndArray();
            referrers(out, image.referrers());
            out.writeEndObject();
        }
        return text.toByteArray();
    }

    private static void referrers(JsonGenerator out, List<Referrer> all) {
        if (all.isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("referrers");
        for (Referrer each : all) {
            out.writeStartObject();
            out.writeName("manifest");
            ImageWriter.descriptor(out, each.manifest());
            out.writeStringProperty("subject", each.subject().toString());
            out.writeArrayPropertyStart("parts");
            each.parts().forEach(part -> ImageWriter.descriptor(out, part));
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void variant(JsonGenerator out, Variant value) {
        out.writeStartObject();
        out.writeName("manifest");
        ImageWriter.descriptor(out, value.manifest());
        out.writeName("config");
        ImageWriter.descriptor(out, value.config());
        out.writeObjectPropertyStart("platform");
        ImageWriter.platform(out, value.platform());
        out.writeEndObject();
        Output.text(out, "created", value.created());
        Output.textMap(out, "labels", value.labels());
        out.writeArrayPropertyStart("layers");
        value.layers().forEach(layer -> {
            out.writeStartObject();
            out.writeName("blob");
            ImageWriter.descriptor(out, layer.blob());
            out.writeStringProperty("diffId", layer.diffId().toString());
            out.writeEndObject();
        });
        out.writeEndArray();
        out.writeEndObject();
    }

    static StoredImage read(byte[] json) throws DocumentException {
        Descriptor root = null;
        String stored = null;
        List<String> repositories = List.of();
        boolean dropped = false;
        List<Variant> variants = new ArrayList<>();
        List<Referrer> referrers = new ArrayList<>();
        try (Cursor in = Cursor.open(json, Origin.DOCUMENT)) {
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "root" -> root = ImageReader.descriptor(in);
                    case "stored" -> stored = in.text();
                    case "repositories" -> repositories = in.texts();
                    case "dropped" -> dropped = in.bool();
                    case "variants" -> {
                        in.array();
                        while (in.nextElement()) {
                            variants.add(variant(in));
                        }
                    }
                    case "referrers" -> {
                        in.array();
                        while (in.nextElement()) {
                            referrers.add(referrer(in));
                        }
                    }
                    default -> in.skip();
                }
            }
            in.end();
            if (variants.isEmpty()) {
                throw in.missing("variants");
            }
            return new StoredImage(
                    in.required(root, "root"),
                    in.required(stored, "stored"),
                    new TreeSet<>(repositories),
                    variants,
                    dropped,
                    referrers);
        }
    }

    private static Variant variant(Cursor in) throws DocumentException {
        Descriptor manifest = null;
        Descriptor config = null;
        Platform platform = null;
        @Nullable String created = null;
        Map<String, String> labels = Map.of();
        List<Layer> layers = new ArrayList<>();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "manifest" -> manifest = ImageReader.descriptor(in);
                case "config" -> config = ImageReader.descriptor(in);
                case "platform" -> platform = PlatformReader.platform(in);
                case "created" -> created = in.text();
                case "labels" -> labels = in.textMap(Cursor.Strings.FOR_PROGRAMS);
                case "layers" -> {
                    in.array();
                    while (in.nextElement()) {
                        layers.add(layer(in));
                    }
                }
                default -> in.skip();
            }
        }
        return new Variant(
                in.required(manifest, "manifest"),
                in.required(config, "config"),
                in.required(platform, "platform"),
                Optional.ofNullable(created),
                labels,
                layers);
    }

    private static Referrer referrer(Cursor in) throws DocumentException {
        Descriptor manifest = null;
        Digest subject = null;
        List<Descriptor> parts = new ArrayList<>();
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "manifest" -> manifest = ImageReader.descriptor(in);
                case "subject" -> subject = ImageReader.digest(in);
                case "parts" -> {
                    in.array();
                    while (in.nextElement()) {
                        parts.add(ImageReader.descriptor(in));
                    }
                }
                default -> in.skip();
            }
        }
        return new Referrer(in.required(manifest, "manifest"), in.required(subject, "subject"), parts);
    }

    private static Layer layer(Cursor in) throws DocumentException {
        Descriptor blob = null;
        Digest diffId = null;
        in.object();
        for (String name = in.nextField(); name != null; name = in.nextField()) {
            switch (name) {
                case "blob" -> blob = ImageReader.descriptor(in);
                case "diffId" -> diffId = ImageReader.digest(in);
                default -> in.skip();
            }
        }
        return new Layer(in.required(blob, "blob"), in.required(diffId, "diffId"));
    }
}

package dev.estiba.api;

import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImageManifest}. It is written only: nobody of ours asks for it. */
final class ImageManifestJson {
    private ImageManifestJson() {}

    static void write(JsonGenerator out, ImageManifest value) {
        out.writeStartObject();
        out.writeStringProperty("ID", value.descriptor().digest());
        out.writeName("Descriptor");
        descriptor(out, value.descriptor(), value.image().map(ImageManifest.OfImage::platform));
        out.writeBooleanProperty("Available", value.isAvailable());
        out.writeObjectPropertyStart("Size");
        out.writeNumberProperty("Content", value.content());
        out.writeNumberProperty(
                "Total",
                value.content()
                        + value.image().map(ImageManifest.OfImage::unpacked).orElse(0L));
        out.writeEndObject();
        out.writeStringProperty(
                "Kind", value.image().isPresent() ? "image" : value.attested().isEmpty() ? "unknown" : "attestation");
        value.image().ifPresent(image -> image(out, image));
        if (!value.attested().isEmpty()) {
            out.writeObjectPropertyStart("AttestationData");
            out.writeStringProperty("For", value.attested());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    static void descriptor(
            JsonGenerator out, ImageInspect.ContentDescriptor descriptor, Optional<ImagePlatform> platform) {
        out.writeStartObject();
        out.writeStringProperty("mediaType", descriptor.mediaType());
        out.writeStringProperty("digest", descriptor.digest());
        out.writeNumberProperty("size", descriptor.size());
        platform.ifPresent(each -> {
            out.writeName("platform");
            ImagePlatformJson.write(out, each);
        });
        out.writeEndObject();
    }

    private static void image(JsonGenerator out, ImageManifest.OfImage image) {
        out.writeObjectPropertyStart("ImageData");
        out.writeName("Platform");
        ImagePlatformJson.write(out, image.platform());
        out.writeObjectPropertyStart("Size");
        out.writeNumberProperty("Unpacked", image.unpacked());
        out.writeEndObject();
        Output.texts(out, "Containers", image.containers(), Empty.BRACKETS);
        out.writeEndObject();
    }

    /** Left out when nobody has asked for them. */
    static void writeAll(JsonGenerator out, List<ImageManifest> manifests) {
        Output.list(out, "Manifests", manifests, Empty.LEFT_OUT, ImageManifestJson::write);
    }
}

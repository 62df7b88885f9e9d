package dev.estiba.api;

import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link RegistryImage}. */
final class RegistryImageJson {
    private static final FieldNames NAMES = FieldNames.of("DistributionInspect", "Descriptor", "Platforms");

    private RegistryImageJson() {}

    static RegistryImage read(Cursor in) throws ApiException {
        ImageInspect.ContentDescriptor descriptor = new ImageInspect.ContentDescriptor("", "", 0);
        List<ImagePlatform> platforms = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Descriptor" -> descriptor = ImageInspectJson.descriptor(in);
                case "Platforms" -> platforms = in.list(ImagePlatformJson::read);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new RegistryImage(descriptor, platforms);
    }

    static void write(JsonGenerator out, RegistryImage value) {
        out.writeStartObject();
        out.writeName("Descriptor");
        ImageManifestJson.descriptor(out, value.descriptor(), Optional.empty());
        Output.list(out, "Platforms", value.platforms(), Empty.BRACKETS, ImagePlatformJson::write);
        out.writeEndObject();
    }
}

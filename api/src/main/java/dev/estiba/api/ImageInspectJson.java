package dev.estiba.api;

import dev.estiba.api.ImageInspect.ContentDescriptor;
import dev.estiba.api.ImageInspect.Referrer;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImageInspect}. */
final class ImageInspectJson {
    static final FieldNames NAMES = FieldNames.of(
            "InspectResponse",
            "Id",
            "RepoTags",
            "RepoDigests",
            "Comment",
            "Created",
            "Author",
            "Config",
            "Architecture",
            "Variant",
            "Os",
            "OsVersion",
            "Size",
            "GraphDriver",
            "RootFS",
            "Metadata",
            "Descriptor",
            "Referrers");
    private static final FieldNames DESCRIPTOR = FieldNames.of("Descriptor", "mediaType", "digest", "size");
    private static final FieldNames REFERRER =
            FieldNames.of("Referrer", "mediaType", "digest", "size", "artifactType", "subject");
    private static final FieldNames ROOT_FS = FieldNames.of("RootFS", "Type", "Layers");
    private static final FieldNames METADATA = FieldNames.of("Metadata", "LastTagTime");

    private ImageInspectJson() {}

    static ImageInspect read(Cursor in) throws ApiException {
        String id = "";
        ContentDescriptor descriptor = new ContentDescriptor("", "", 0);
        List<String> tags = List.of();
        List<String> digests = List.of();
        String comment = "";
        String created = "";
        String author = "";
        ContainerConfig config = ContainerConfig.NOTHING;
        String architecture = "";
        String variant = "";
        String os = "";
        String osVersion = "";
        long size = 0;
        GraphDriver driver = new GraphDriver(Map.of(), "");
        List<String> layers = List.of();
        String tagged = "";
        List<Referrer> referrers = List.of();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Id" -> id = in.text();
                case "RepoTags" -> tags = in.texts();
                case "RepoDigests" -> digests = in.texts();
                case "Comment" -> comment = in.text();
                case "Created" -> created = in.text();
                case "Author" -> author = in.text();
                case "Config" -> config = ContainerConfigJson.read(in);
                case "Architecture" -> architecture = in.text();
                case "Variant" -> variant = in.text();
                case "Os" -> os = in.text();
                case "OsVersion" -> osVersion = in.text();
                case "Size" -> size = in.int64();
                case "GraphDriver" -> driver = GraphDriverJson.read(in);
                case "RootFS" -> layers = layers(in);
                case "Metadata" -> tagged = tagged(in);
                case "Descriptor" -> descriptor = descriptor(in);
                case "Referrers" -> referrers = in.list(ImageInspectJson::referrer);
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ImageInspect(
                id,
                descriptor,
                tags,
                digests,
                comment,
                created,
                author,
                config,
                architecture,
                variant,
                os,
                osVersion,
                size,
                driver,
                layers,
                tagged,
                referrers,
                List.of());
    }

    private static List<String> layers(Cursor in) throws ApiException {
        List<String> layers = List.of();
        FieldNames outer = in.object(ROOT_FS);
        for (String field = in.nextField(ROOT_FS); field != null; field = in.nextField(ROOT_FS)) {
            switch (field) {
                case "Layers" -> layers = in.texts();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return layers;
    }

    private static String tagged(Cursor in) throws ApiException {
        String time = "";
        FieldNames outer = in.object(METADATA);
        for (String field = in.nextField(METADATA); field != null; field = in.nextField(METADATA)) {
            switch (field) {
                case "LastTagTime" -> time = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return time;
    }

    static ContentDescriptor descriptor(Cursor in) throws ApiException {
        String mediaType = "";
        String digest = "";
        long size = 0;
        FieldNames outer = in.object(DESCRIPTOR);
        for (String field = in.nextField(DESCRIPTOR); field != null; field = in.nextField(DESCRIPTOR)) {
            switch (field) {
                case "mediaType" -> mediaType = in.text();
                case "digest" -> digest = in.text();
                case "size" -> size = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ContentDescriptor(mediaType, digest, size);
    }

    private static Referrer referrer(Cursor in) throws ApiException {
        String mediaType = "";
        String digest = "";
        long size = 0;
        String type = "";
        String subject = "";
        FieldNames outer = in.object(REFERRER);
        for (String field = in.nextField(REFERRER); field != null; field = in.nextField(REFERRER)) {
            switch (field) {
                case "mediaType" -> mediaType = in.text();
                case "digest" -> digest = in.text();
                case "size" -> size = in.int64();
                case "artifactType" -> type = in.text();
                case "subject" -> subject = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new Referrer(mediaType, digest, size, type, subject);
    }

    private static void write(JsonGenerator out, List<Referrer> referrers) {
        if (referrers.isEmpty()) {
            return;
        }
        out.writeArrayPropertyStart("Referrers");
        for (Referrer each : referrers) {
            out.writeStartObject();
            out.writeStringProperty("mediaType", each.mediaType());
            out.writeStringProperty("digest", each.digest());
            out.writeNumberProperty("size", each.size());
            Output.nonEmpty(out, "artifactType", each.artifactType());
            out.writeStringProperty("subject", each.subject());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void write(JsonGenerator out, ImageInspect value) {
        out.writeStartObject();
        out.writeStringProperty("Id", value.id());
        Output.texts(out, "RepoTags", value.repoTags(), Empty.BRACKETS);
        Output.texts(out, "RepoDigests", value.repoDigests(), Empty.BRACKETS);
        out.writeStringProperty("Comment", value.comment());
        Output.nonEmpty(out, "Created", value.created());
        out.writeStringProperty("Author", value.author());
        out.writeName("Config");
        ContainerConfigJson.write(out, value.config());
        out.writeStringProperty("Architecture", value.architecture());
        Output.nonEmpty(out, "Variant", value.variant());
        out.writeStringProperty("Os", value.os());
        Output.nonEmpty(out, "OsVersion", value.osVersion());
        out.writeNumberProperty("Size", value.size());
        out.writeName("GraphDriver");
        GraphDriverJson.write(out, value.graphDriver());
        out.writeObjectPropertyStart("RootFS");
        out.writeStringProperty("Type", "layers");
        Output.texts(out, "Layers", value.layers(), Empty.LEFT_OUT);
        out.writeEndObject();
        out.writeObjectPropertyStart("Metadata");
        out.writeStringProperty("LastTagTime", value.lastTagTime());
        out.writeEndObject();
        out.writeObjectPropertyStart("Descriptor");
        out.writeStringProperty("mediaType", value.descriptor().mediaType());
        out.writeStringProperty("digest", value.descriptor().digest());
        out.writeNumberProperty("size", value.descriptor().size());
        out.writeEndObject();
        write(out, value.referrers());
        ImageManifestJson.writeAll(out, value.manifests());
        out.writeEndObject();
    }
}

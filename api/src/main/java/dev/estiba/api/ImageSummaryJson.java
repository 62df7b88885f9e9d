package dev.estiba.api;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link ImageSummary}. */
final class ImageSummaryJson {
    static final FieldNames NAMES = FieldNames.of(
            "Summary",
            "Containers",
            "Created",
            "Id",
            "Labels",
            "ParentId",
            "RepoDigests",
            "RepoTags",
            "SharedSize",
            "Size");

    private ImageSummaryJson() {}

    static ImageSummary read(Cursor in) throws ApiException {
        String id = "";
        List<String> tags = List.of();
        List<String> digests = List.of();
        Map<String, String> labels = Map.of();
        long created = 0;
        long size = 0;
        long shared = 0;
        long containers = 0;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Containers" -> containers = in.int64();
                case "Created" -> created = in.int64();
                case "Id" -> id = in.text();
                case "Labels" -> labels = in.textMap();
                case "RepoDigests" -> digests = in.texts();
                case "RepoTags" -> tags = in.texts();
                case "SharedSize" -> shared = in.int64();
                case "Size" -> size = in.int64();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new ImageSummary(id, tags, digests, created, size, shared, labels, containers);
    }

    static void write(JsonGenerator out, ImageSummary value) {
        out.writeStartObject();
        out.writeNumberProperty("Containers", value.containers());
        out.writeNumberProperty("Created", value.created());
        out.writeStringProperty("Id", value.id());
        Output.textMap(out, "Labels", value.labels(), Empty.NULL);
        ImageManifestJson.writeAll(out, value.manifests());
        out.writeStringProperty("ParentId", "");
        Output.texts(out, "RepoDigests", value.repoDigests(), Empty.BRACKETS);
        Output.texts(out, "RepoTags", value.repoTags(), Empty.BRACKETS);
        out.writeNumberProperty("SharedSize", value.sharedSize());
        out.writeNumberProperty("Size", value.size());
        out.writeEndObject();
    }
}

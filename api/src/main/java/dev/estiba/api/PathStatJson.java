package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link PathStat}, which the API has in a header ({@code X-Docker-Container-Path-Stat}), in Base64. */
final class PathStatJson {
    static final FieldNames NAMES = FieldNames.of("PathStat", "name", "size", "mode", "mtime", "linkTarget");

    private PathStatJson() {}

    static PathStat read(Cursor in) throws ApiException {
        String name = "";
        long size = 0;
        long mode = 0;
        String modified = "";
        String linkTarget = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "name" -> name = in.text();
                case "size" -> size = in.int64();
                case "mode" -> mode = in.int64();
                case "mtime" -> modified = in.text();
                case "linkTarget" -> linkTarget = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new PathStat(name, size, mode, modified, linkTarget);
    }

    static void write(JsonGenerator out, PathStat value) {
        out.writeStartObject();
        out.writeStringProperty("name", value.name());
        out.writeNumberProperty("size", value.size());
        out.writeNumberProperty("mode", value.mode());
        out.writeStringProperty("mtime", value.modified());
        out.writeStringProperty("linkTarget", value.linkTarget());
        out.writeEndObject();
    }
}

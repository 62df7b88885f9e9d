package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link Version}. */
final class VersionJson {
    static final FieldNames NAMES = FieldNames.of(
            "Version",
            "Platform",
            "Components",
            "Version",
            "ApiVersion",
            "MinAPIVersion",
            "GitCommit",
            "GoVersion",
            "Os",
            "Arch",
            "KernelVersion",
            "Experimental",
            "BuildTime");

    private VersionJson() {}

    static Version read(Cursor in) throws ApiException {
        Version.Builder value = Version.builder();
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Platform" -> value.platform(PlatformJson.read(in));
                case "Components" -> value.components(in.list(ComponentJson::read));
                case "Version" -> value.version(in.text());
                case "ApiVersion" -> value.apiVersion(in.text());
                case "MinAPIVersion" -> value.minApiVersion(in.text());
                case "GitCommit" -> value.gitCommit(in.text());
                case "GoVersion" -> value.goVersion(in.text());
                case "Os" -> value.os(in.text());
                case "Arch" -> value.arch(in.text());
                case "KernelVersion" -> value.kernelVersion(in.text());
                case "Experimental" -> value.experimental(in.bool());
                case "BuildTime" -> value.buildTime(in.text());
                default -> in.skip();
            }
        }
        in.leave(outer);
        return value.build();
    }

    static void write(JsonGenerator out, Version value) {
        out.writeStartObject();
        out.writeName("Platform");
        PlatformJson.write(out, value.platform());
        Output.list(out, "Components", value.components(), Empty.BRACKETS, ComponentJson::write);
        out.writeStringProperty("Version", value.version());
        out.writeStringProperty("ApiVersion", value.apiVersion());
        out.writeStringProperty("MinAPIVersion", value.minApiVersion());
        out.writeStringProperty("GitCommit", value.gitCommit());
        out.writeStringProperty("GoVersion", value.goVersion());
        out.writeStringProperty("Os", value.os());
        out.writeStringProperty("Arch", value.arch());
        out.writeStringProperty("KernelVersion", value.kernelVersion());
        Output.ifTrue(out, "Experimental", value.experimental());
        Output.nonEmpty(out, "BuildTime", value.buildTime());
        out.writeEndObject();
    }
}

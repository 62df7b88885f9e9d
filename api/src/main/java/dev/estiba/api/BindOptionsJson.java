package dev.estiba.api;

import tools.jackson.core.JsonGenerator;

/** The JSON of {@link BindOptions}. */
final class BindOptionsJson {
    static final FieldNames NAMES = FieldNames.of(
            "BindOptions",
            "Propagation",
            "NonRecursive",
            "CreateMountpoint",
            "ReadOnlyNonRecursive",
            "ReadOnlyForceRecursive");

    private BindOptionsJson() {}

    static BindOptions read(Cursor in) throws ApiException {
        String propagation = "";
        boolean nonRecursive = false;
        boolean createMountpoint = false;
        boolean readOnlyNonRecursive = false;
        boolean readOnlyForceRecursive = false;
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "Propagation" -> propagation = in.text();
                case "NonRecursive" -> nonRecursive = in.bool();
                case "CreateMountpoint" -> createMountpoint = in.bool();
                case "ReadOnlyNonRecursive" -> readOnlyNonRecursive = in.bool();
                case "ReadOnlyForceRecursive" -> readOnlyForceRecursive = in.bool();
                default -> in.skip();
            }
        }
        in.leave(outer);
        return new BindOptions(
                propagation, nonRecursive, createMountpoint, readOnlyNonRecursive, readOnlyForceRecursive);
    }

    static void write(JsonGenerator out, BindOptions value) {
        out.writeStartObject();
        Output.nonEmpty(out, "Propagation", value.propagation());
        Output.ifTrue(out, "NonRecursive", value.nonRecursive());
        Output.ifTrue(out, "CreateMountpoint", value.createMountpoint());
        Output.ifTrue(out, "ReadOnlyNonRecursive", value.readOnlyNonRecursive());
        Output.ifTrue(out, "ReadOnlyForceRecursive", value.readOnlyForceRecursive());
        out.writeEndObject();
    }
}

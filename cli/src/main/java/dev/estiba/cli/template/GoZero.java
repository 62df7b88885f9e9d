package dev.estiba.cli.template;

import java.util.List;

/** The zero value of a type. */
final class GoZero {
    private GoZero() {}

    static GoValue of(GoType type) {
        return switch (type) {
            case GoType.Basic basic ->
                new GoValue(
                        type,
                        switch (basic.kind()) {
                            case BOOL -> false;
                            case INT, UINT -> 0L;
                            case FLOAT -> 0.0;
                            case STRING -> "";
                            case TIME -> "0001-01-01T00:00:00Z";
                        });
            case GoType.Struct struct ->
                new GoValue(
                        type,
                        new GoValue.Contents(
                                struct.fields().stream()
                                        .map(field -> of(field.type()))
                                        .toList(),
                                struct.fields().stream().map(field -> "").toList()));
            case GoType.Any any -> new GoValue(type, GoValue.NIL);
            case GoType.Pointer pointer -> new GoValue(type, GoValue.NIL);
            case GoType.Mapping map -> new GoValue(type, GoValue.NIL);
            case GoType.Sequence list -> new GoValue(type, list.isArray() ? List.of() : GoValue.NIL);
            case GoType.Row row -> GoValue.NONE;
        };
    }
}

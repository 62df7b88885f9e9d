package dev.estiba.cli.template;

import java.util.List;

/** A type of Go's, as far as values of the Engine API and of templates have one. */
public sealed interface GoType {
    GoType BOOL = new Basic("bool", Kind.BOOL);
    GoType INT = new Basic("int", Kind.INT);
    GoType INT64 = new Basic("int64", Kind.INT);
    GoType FLOAT64 = new Basic("float64", Kind.FLOAT);
    GoType STRING = new Basic("string", Kind.STRING);
    GoType ANY = new Any();
    GoType STRINGS = new Sequence("[]string", STRING, false);
    GoType OBJECT = new Mapping("map[string]interface {}", STRING, ANY);
    GoType LIST = new Sequence("[]interface {}", ANY, false);

    /** As {@code %T} prints it. */
    String name();

    /** What a basic type holds: a Boolean, a Long, a Long, a Double, a String, the text of a time of RFC 3339. */
    enum Kind {
        BOOL,
        INT,
        UINT,
        FLOAT,
        STRING,
        TIME
    }

    record Basic(String name, Kind kind) implements GoType {}

    record Sequence(String name, GoType element, boolean isArray) implements GoType {}

    /** Keys are strings of some type. */
    record Mapping(String name, GoType key, GoType value) implements GoType {}

    record Struct(String name, List<Field> fields) implements GoType {
        public Struct {
            fields = List.copyOf(fields);
        }
    }

    /** @param isEmbedded its fields are fields of the struct around it */
    record Field(String name, GoType type, boolean isEmbedded) {}

    record Pointer(GoType to) implements GoType {
        @Override
        public String name() {
            return "*" + to.name();
        }
    }

    record Any() implements GoType {
        @Override
        public String name() {
            return "interface {}";
        }
    }

    /** A row of one of Docker's lists: what it has are methods. */
    record Row(String name) implements GoType {}

    /** The specification's assignability: the same type, the same underlying one when a name is missing, any. */
    default boolean isAssignableTo(GoType other) {
        return switch (other) {
            case Any any -> true;
            case Sequence to
            when this instanceof Sequence from ->
                from.name.equals(to.name)
                        || from.element.name().equals(to.element.name())
                                && from.isArray == to.isArray
                                && (from.name.startsWith("[") || to.name.startsWith("["));
            default -> name().equals(other.name());
        };
    }

    /** Whether nil is a value of it. */
    default boolean canBeNil() {
        return switch (this) {
            case Sequence sequence -> !sequence.isArray;
            case Mapping mapping -> true;
            case Pointer pointer -> true;
            case Any any -> true;
            case Basic basic -> false;
            case Struct struct -> false;
            case Row row -> false;
        };
    }
}

package dev.estiba.cli.template;

import java.util.ArrayList;
import java.util.List;

/** Values as Go's source would have them: {@code %#v}. */
final class GoSyntax {
    private GoSyntax() {}

    static String of(GoValue value) {
        return text(value, 0);
    }

    private static String text(GoValue value, int depth) {
        String name = value.type().name();
        return switch (value.type()) {
            case GoType.Basic basic -> basic(value);
            case GoType.Any any -> {
                GoValue inner = value.inInterface();
                yield inner.isNone() ? "interface {}(nil)" : text(inner, depth + 1);
            }
            case GoType.Pointer pointer -> {
                if (!(value.data() instanceof GoValue to)) {
                    yield "(" + name + ")(nil)";
                }
                boolean isShown = depth == 0 && !(pointer.to() instanceof GoType.Basic);
                yield isShown ? "&" + text(to, depth + 1) : "(" + name + ")(0xc000012345)";
            }
            case GoType.Sequence list -> {
                List<String> elements = value.elements().stream()
                        .map(each -> text(each, depth + 1))
                        .toList();
                yield value.isNil() ? name + "(nil)" : name + "{" + String.join(", ", elements) + "}";
            }
            case GoType.Mapping map -> {
                List<String> entries = new ArrayList<>();
                value.entries().forEach((key, entry) -> entries.add(GoText.quote(key) + ":" + text(entry, depth + 1)));
                yield value.isNil() ? name + "(nil)" : name + "{" + String.join(", ", entries) + "}";
            }
            case GoType.Struct struct -> struct(value, struct, depth);
            case GoType.Row row -> "&" + name + "{}";
        };
    }

    private static String basic(GoValue value) {
        return switch (value.data()) {
            case String text when !value.is(GoType.Kind.TIME) -> GoText.quote(text);
            case Long number when value.is(GoType.Kind.UINT) -> "0x" + Long.toHexString(number);
            default -> Directive.plain(value);
        };
    }

    private static String struct(GoValue value, GoType.Struct type, int depth) {
        List<String> fields = new ArrayList<>();
        if (value.data() instanceof GoValue.Contents contents) {
            for (int i = 0; i < type.fields().size(); i++) {
                fields.add(type.fields().get(i).name() + ":"
                        + text(contents.values().get(i), depth + 1));
            }
        }
        return type.name() + "{" + String.join(", ", fields) + "}";
    }
}

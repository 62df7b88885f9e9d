package dev.estiba.cli.template;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code index}, {@code slice} and {@code len}. */
final class Indexing {
    private Indexing() {}

    static GoValue index(GoValue item, List<GoValue> indexes) throws CallException {
        if (item.isNone()) {
            throw new CallException("index of untyped nil");
        }
        GoValue value = item;
        for (GoValue each : indexes) {
            GoValue index = each.inInterface();
            value = value.indirect();
            if (value.isNil() && (value.type() instanceof GoType.Pointer || value.type() instanceof GoType.Any)) {
                throw new CallException("index of nil pointer");
            }
            value = switch (value.type()) {
                case GoType.Sequence list -> {
                    List<GoValue> elements = value.elements();
                    yield elements.get(place(index, elements.size(), elements.size() - 1));
                }
                case GoType.Basic basic
                when basic.kind() == GoType.Kind.STRING -> {
                    byte[] bytes = value.text().getBytes(StandardCharsets.UTF_8);
                    int at = place(index, bytes.length, bytes.length - 1);
                    yield new GoValue(new GoType.Basic("uint8", GoType.Kind.UINT), (long) (bytes[at] & 0xff));
                }
                case GoType.Mapping map -> Evaluation.entry(value, key(index, map.key()), map.value());
                default ->
                    throw new CallException(
                            "can't index item of type " + value.type().name());
            };
        }
        return value;
    }

    private static String key(GoValue index, GoType type) throws CallException {
        if (index.isNone()) {
            throw new CallException("value is nil; should be of type " + type.name());
        }
        if (!index.type().name().equals(type.name())) {
            throw new CallException("value has type " + index.type().name() + "; should be " + type.name());
        }
        return index.text();
    }

    private static int place(GoValue index, int length, int most) throws CallException {
        if (index.isNone()) {
            throw new CallException("cannot index slice/array with nil");
        }
        if (!index.is(GoType.Kind.INT) && !index.is(GoType.Kind.UINT)) {
            throw new CallException(
                    "cannot index slice/array with type " + index.type().name());
        }
        if (index.number() < 0 || index.number() > Math.min(most, length)) {
            throw new CallException("index out of range: " + index.number());
        }
        return (int) index.number();
    }

    static GoValue slice(GoValue item, List<GoValue> indexes) throws CallException {
        if (item.isNone()) {
            throw new CallException("slice of untyped nil");
        }
        GoValue value = item.indirect();
        if (indexes.size() > 3) {
            throw new CallException("too many slice indexes: " + indexes.size());
        }
        boolean isText = value.is(GoType.Kind.STRING);
        if (isText && indexes.size() == 3) {
            throw new CallException("cannot 3-index slice a string");
        }
        if (!isText && !(value.type() instanceof GoType.Sequence)) {
            throw new CallException("can't slice item of type " + value.type().name());
        }
        byte[] bytes = isText ? value.text().getBytes(StandardCharsets.UTF_8) : new byte[0];
        int length = isText ? bytes.length : value.elements().size();
        int[] ends = {0, length, length};
        for (int i = 0; i < indexes.size(); i++) {
            ends[i] = place(indexes.get(i).inInterface(), length, length);
        }
        if (ends[0] > ends[1]) {
            throw new CallException("invalid slice index: " + ends[0] + " > " + ends[1]);
        }
        if (indexes.size() == 3 && ends[1] > ends[2]) {
            throw new CallException("invalid slice index: " + ends[1] + " > " + ends[2]);
        }
        return isText
                ? new GoValue(value.type(), new String(bytes, ends[0], ends[1] - ends[0], StandardCharsets.UTF_8))
                : new GoValue(value.type(), value.elements().subList(ends[0], ends[1]));
    }

    static GoValue length(GoValue item) throws CallException {
        GoValue value = item.indirect();
        if (value.isNone()) {
            throw new CallException("reflect: call of reflect.Value.Type on zero Value");
        }
        return switch (value.type()) {
            case GoType.Sequence list -> GoValue.of((long) value.elements().size());
            case GoType.Mapping map -> GoValue.of((long) value.entries().size());
            case GoType.Basic basic
            when basic.kind() == GoType.Kind.STRING ->
                GoValue.of((long) value.text().getBytes(StandardCharsets.UTF_8).length);
            case GoType.Pointer pointer -> throw new CallException("len of nil pointer");
            default -> throw new CallException("len of type " + value.type().name());
        };
    }
}

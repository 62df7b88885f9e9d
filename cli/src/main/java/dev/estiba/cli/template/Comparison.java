package dev.estiba.cli.template;

import java.util.List;

/** {@code eq}, {@code ne}, {@code lt}, {@code le}, {@code gt} and {@code ge}. */
final class Comparison {
    private static final String INCOMPATIBLE = "incompatible types for comparison";
    private static final String INVALID = "invalid type for comparison";

    private Comparison() {}

    static boolean holds(Builtin function, List<GoValue> given) throws CallException {
        GoValue left = given.getFirst().inInterface();
        if (function == Builtin.EQ) {
            return equalsAny(left, given.subList(1, given.size()));
        }
        GoValue right = given.get(1).inInterface();
        return switch (function) {
            case NE -> !equals(left, right);
            case LT -> isLess(left, right);
            case LE -> isLess(left, right) || equals(left, right);
            case GT -> !(isLess(left, right) || equals(left, right));
            default -> !isLess(left, right);
        };
    }

    private static boolean equalsAny(GoValue left, List<GoValue> others) throws CallException {
        if (others.isEmpty()) {
            throw new CallException("missing argument for comparison");
        }
        for (GoValue other : others) {
            if (equals(left, other.inInterface())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBasic(GoValue value) {
        return value.type() instanceof GoType.Basic basic && basic.kind() != GoType.Kind.TIME;
    }

    private static boolean isWhole(GoValue value) {
        return value.is(GoType.Kind.INT) || value.is(GoType.Kind.UINT);
    }

    private static boolean equals(GoValue left, GoValue right) throws CallException {
        if (left.isNone() || right.isNone()) {
            return left.isNone() && right.isNone();
        }
        if (isBasic(left) && isBasic(right)) {
            if (isWhole(left) && isWhole(right)) {
                return left.number() == right.number();
            }
            if (!left.data().getClass().equals(right.data().getClass())) {
                throw new CallException(INCOMPATIBLE);
            }
            return left.data().equals(right.data());
        }
        if (isBasic(left) != isBasic(right)) {
            throw new CallException(INCOMPATIBLE);
        }
        if (left.isNil() || right.isNil()) {
            return left.isNil() == right.isNil();
        }
        if (left.type() instanceof GoType.Mapping || left.type() instanceof GoType.Sequence list && !list.isArray()) {
            throw new CallException("non-comparable type " + GoFormat.print(left) + ": "
                    + left.type().name());
        }
        return left.equals(right);
    }

    private static boolean isLess(GoValue left, GoValue right) throws CallException {
        if (left.isNone() || right.isNone() || !isBasic(left) || !isBasic(right)) {
            throw new CallException(INVALID);
        }
        if (isWhole(left) && isWhole(right)) {
            return left.number() < right.number();
        }
        if (!left.data().getClass().equals(right.data().getClass())) {
            throw new CallException(INCOMPATIBLE);
        }
        return switch (left.data()) {
            case String text -> text.compareTo(right.text()) < 0;
            case Double number -> number < (Double) right.data();
            default -> throw new CallException(INVALID);
        };
    }
}

package dev.estiba.oci.runtime;

/** Versions of the specification, SemVer 2.0.0. */
final class SpecVersion {
    private SpecVersion() {}

    /** The minor number of a version 1.x.y, whatever comes behind a {@code -} or {@code +}; -1 when it is none. */
    static int minor(String text) {
        int end = text.length();
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '-' || unit == '+') {
                end = i;
                break;
            }
        }
        if (!isSuffix(text, end) || !text.startsWith("1.")) {
            return -1;
        }
        int dot = text.indexOf('.', 2);
        if (dot < 0 || dot > end) {
            return -1;
        }
        int minor = number(text, 2, dot);
        return number(text, dot + 1, end) < 0 ? -1 : minor;
    }

    /** Section 2: digits without a leading zero. */
    private static int number(String text, int from, int to) {
        int length = to - from;
        if (length < 1 || length > 6 || length > 1 && text.charAt(from) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            value = value * 10 + digit - '0';
        }
        return value;
    }

    /** Sections 9 and 10: something of letters, digits, dots and hyphens. */
    private static boolean isSuffix(String text, int from) {
        if (from == text.length() - 1) {
            return false;
        }
        for (int i = from + 1; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean allowed = unit >= '0' && unit <= '9'
                    || unit >= 'A' && unit <= 'Z'
                    || unit >= 'a' && unit <= 'z'
                    || unit == '.'
                    || unit == '-'
                    || unit == '+';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}

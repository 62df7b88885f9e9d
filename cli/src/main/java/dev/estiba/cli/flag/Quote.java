package dev.estiba.cli.flag;

/** Text in quotes, as Go's {@code %q} writes it. */
public final class Quote {
    private Quote() {}

    public static String go(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            switch (unit) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                case 0x07 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case 0x0b -> quoted.append("\\v");
                default -> {
                    if (unit < 0x20 || unit == 0x7f) {
                        String digits = Integer.toHexString(unit);
                        quoted.append(digits.length() == 1 ? "\\x0" : "\\x").append(digits);
                    } else if (unit > 0x7f && unit <= 0xa0 || unit == 0xad) {
                        quoted.append("\\u00").append(Integer.toHexString(unit));
                    } else {
                        quoted.append(unit);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}

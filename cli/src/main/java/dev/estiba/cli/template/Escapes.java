package dev.estiba.cli.template;

import java.util.Locale;

/** Text for pages and scripts, as text/template's HTMLEscapeString and JSEscapeString write it. */
final class Escapes {
    private Escapes() {}

    static String html(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char unit : text.toCharArray()) {
            switch (unit) {
                case '\0' -> escaped.append('\ufffd');
                case '"' -> escaped.append("&#34;");
                case '\'' -> escaped.append("&#39;");
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                default -> escaped.append(unit);
            }
        }
        return escaped.toString();
    }

    static String js(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char unit : text.toCharArray()) {
            switch (unit) {
                case '\\' -> escaped.append("\\\\");
                case '\'' -> escaped.append("\\'");
                case '"' -> escaped.append("\\\"");
                case '<' -> escaped.append("\\u003C");
                case '>' -> escaped.append("\\u003E");
                case '&' -> escaped.append("\\u0026");
                case '=' -> escaped.append("\\u003D");
                default -> {
                    if (unit < ' ' || Character.isISOControl(unit)) {
                        escaped.append(String.format(Locale.ROOT, "\\u%04X", (int) unit));
                    } else {
                        escaped.append(unit);
                    }
                }
            }
        }
        return escaped.toString();
    }
}

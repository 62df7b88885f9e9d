package dev.estiba.oci.json;

/** Foreign text in our sentences: cut to a length, and without characters that move a terminal's cursor. */
public final class Excerpt {
    public static final int LONGEST = 64;
    private static final int LONGEST_SENTENCE = 300;

    private Excerpt() {}

    public static String of(String text) {
        return printable(text, LONGEST);
    }

    public static String quoted(String text) {
        return '"' + printable(text, LONGEST) + '"';
    }

    public static String sentence(String text) {
        return printable(text, LONGEST_SENTENCE);
    }

    private static String printable(String text, int longest) {
        int end = Math.min(text.length(), longest);
        StringBuilder shown = new StringBuilder(end + 3);
        for (int i = 0; i < end; i++) {
            char unit = text.charAt(i);
            shown.append(isPrintable(unit) ? unit : '?');
        }
        return text.length() > longest ? shown.append("...").toString() : shown.toString();
    }

    /** Controls, bidirectional marks and lone surrogates are not; the text is for people's eyes only. */
    private static boolean isPrintable(char unit) {
        int type = Character.getType(unit);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.UNASSIGNED;
    }
}

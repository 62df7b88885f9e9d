package dev.estiba.cli.create;

/**
 * A text cut at the first separator.
 *
 * @param isCut there was a separator
 */
record Pair(String before, String after, boolean isCut) {
    /** Go's strings.Cut. */
    static Pair cut(String text, char separator) {
        int at = text.indexOf(separator);
        return at < 0 ? new Pair(text, "", false) : new Pair(text.substring(0, at), text.substring(at + 1), true);
    }
}

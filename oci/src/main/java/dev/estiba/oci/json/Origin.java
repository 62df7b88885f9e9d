package dev.estiba.oci.json;

import tools.jackson.core.TokenStreamContext;

/**
 * Where the bytes that a cursor reads come from: a whole document, or a part of one whose failures are told with the
 * path and the lines of the whole.
 *
 * @param prefix path of the part within its document; empty for a whole one
 * @param line where the part begins, from 1
 * @param column where the part begins, from 1, in bytes
 */
public record Origin(String prefix, int line, int column) {
    public static final Origin DOCUMENT = new Origin("", 1, 1);

    /** A part of this that begins at the given place, counted within this. */
    public Origin part(String path, int atLine, int atColumn) {
        return new Origin(path, line + atLine - 1, atLine == 1 ? column + atColumn - 1 : atColumn);
    }

    public DocumentException failure(String path, String problem, int atLine, int atColumn) {
        Origin at = part(path.isEmpty() ? prefix : path, atLine, atColumn);
        return new DocumentException(at.prefix, problem, at.line, at.column);
    }

    public DocumentException failure(String path, String problem, byte[] document, int offset) {
        int atLine = 1;
        int lineStart = 0;
        for (int i = 0; i < offset; i++) {
            if (document[i] == '\n') {
                atLine++;
                lineStart = i + 1;
            }
        }
        return failure(path, problem, atLine, offset - lineStart + 1);
    }

    /** The way to where the parser stands, {@code mounts[2].source}. */
    public String path(TokenStreamContext context) {
        StringBuilder path = new StringBuilder(prefix);
        append(path, context);
        return path.toString();
    }

    /** As deep as the document, which {@link Cursor#MAX_DEPTH} bounds. */
    private static void append(StringBuilder path, TokenStreamContext context) {
        TokenStreamContext parent = context.getParent();
        if (parent != null) {
            append(path, parent);
        }
        if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        } else if (context.inObject() && context.hasCurrentName()) {
            appendName(path, context.currentName());
        }
    }

    private static void appendName(StringBuilder path, String name) {
        if (isWord(name)) {
            path.append(path.isEmpty() ? "" : ".").append(name);
        } else {
            path.append('[').append(Excerpt.quoted(name)).append(']');
        }
    }

    private static boolean isWord(String name) {
        if (name.isEmpty() || name.length() > Excerpt.LONGEST) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char unit = name.charAt(i);
            boolean word = unit >= 'a' && unit <= 'z'
                    || unit >= 'A' && unit <= 'Z'
                    || unit >= '0' && unit <= '9'
                    || unit == '_'
                    || unit == '-';
            if (!word) {
                return false;
            }
        }
        return true;
    }
}

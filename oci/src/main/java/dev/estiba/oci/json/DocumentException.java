package dev.estiba.oci.json;

/**
 * A document that is no valid JSON or not what the specification describes. Nothing has been changed when it is thrown.
 * The message reads {@code process.user.uid: 4294967296 is above 4294967295 (line 3, column 14)}.
 */
public final class DocumentException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String problem;
    private final int line;
    private final int column;

    /**
     * @param path where in the document, {@code mounts[2].source}; empty for the document itself
     * @param problem what is wrong, without the path
     * @param line from 1
     * @param column from 1, in bytes
     */
    DocumentException(String path, String problem, int line, int column) {
        super((path.isEmpty() ? "" : path + ": ") + problem + " (line " + line + ", column " + column + ")");
        this.path = path;
        this.problem = problem;
        this.line = line;
        this.column = column;
    }

    /** Where in the document, {@code mounts[2].source}; empty for the document itself. */
    public String path() {
        return path;
    }

    /** What is wrong, without path and position. */
    public String problem() {
        return problem;
    }

    /** Line of the input, from 1. */
    public int line() {
        return line;
    }

    /** Column of that line, from 1, in bytes. */
    public int column() {
        return column;
    }
}

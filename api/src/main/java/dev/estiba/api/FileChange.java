package dev.estiba.api;

/**
 * What a container has done with a file of its image.
 *
 * @param path absolute in the container
 */
public record FileChange(Kind kind, String path) {
    /** In the order of the API's numbers. */
    public enum Kind {
        CHANGED('C'),
        ADDED('A'),
        REMOVED('D');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        /** As {@code docker diff} prints it. */
        public char letter() {
            return letter;
        }
    }
}

package dev.estiba.content.inspect;

/**
 * How much something is.
 *
 * @param entries files, directories and all else
 * @param bytes of regular files; of a file with several names those of the first one
 */
public record Tally(long entries, long bytes) {
    public static final Tally NOTHING = new Tally(0, 0);

    Tally and(long more) {
        return new Tally(entries + 1, bytes + more);
    }
}

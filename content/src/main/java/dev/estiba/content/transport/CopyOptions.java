package dev.estiba.content.transport;

/**
 * What of an image is copied. It is never converted.
 *
 * @param referrers whether what says something of it is brought too, such as signatures
 */
public record CopyOptions(Selection selection, boolean referrers) {
    /** All platforms, and nothing beside the image. */
    public static final CopyOptions ALL = new CopyOptions(new Selection.All(), false);

    public static CopyOptions of(Selection selection) {
        return new CopyOptions(selection, false);
    }
}

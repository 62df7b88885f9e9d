package dev.estiba.content.tar;

/**
 * What one entry of an archive may cost, so that memory does not depend on what an archive says. An entry's content has no
 * limit but 2^63-1 bytes: it is streamed, and who unpacks it counts.
 *
 * @param paxBytes of one PAX header. Go's limit too: what Docker reads is read
 * @param globalBytes of the records of all global headers that are in force
 * @param nameBytes of a name or a link's target: PATH_MAX, beyond which Linux takes no path
 * @param componentBytes of a name between two slashes: NAME_MAX
 * @param attributes of one entry; Linux has no limit, and file systems keep a few kilobytes of them
 * @param attributeNameBytes of one: XATTR_NAME_MAX
 * @param attributeBytes of one attribute's value: XATTR_SIZE_MAX
 * @param segments of a sparse file; each takes some forty bytes
 */
public record TarLimits(
        int paxBytes,
        int globalBytes,
        int nameBytes,
        int componentBytes,
        int attributes,
        int attributeNameBytes,
        int attributeBytes,
        int segments) {
    /** The reasons are above. */
    public static final TarLimits DEFAULT = new TarLimits(1 << 20, 1 << 20, 4096, 255, 1024, 255, 1 << 16, 1 << 18);

    public TarLimits {
        if (paxBytes < 0
                || globalBytes < 0
                || nameBytes < 1
                || componentBytes < 1
                || attributes < 0
                || attributeNameBytes < 0
                || attributeBytes < 0
                || segments < 0) {
            throw new IllegalArgumentException("a limit is negative");
        }
    }
}

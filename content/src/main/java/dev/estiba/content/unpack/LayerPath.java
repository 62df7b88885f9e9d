package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An entry's name as a place in the layer: without slashes at its ends, and without parts that are empty or ".". A name with ".."
 * is refused; GNU tar passes such entries over, and no tool writes them.
 *
 * @param parent of the directory that it is in; empty for the layer's root
 * @param name in that directory; empty for the root itself
 */
record LayerPath(TarBytes parent, byte[] name) {
    private static final byte[] WHITEOUT = ".wh.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] META = ".wh..wh.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OPAQUE = ".wh..wh..opq".getBytes(StandardCharsets.US_ASCII);

    /** What an entry of that name is (image-spec, layer.md, "Whiteouts"). */
    enum Kind {
        FILE,
        /** Takes a name of the lower layers away. */
        WHITEOUT,
        /** Takes everything away that the lower layers have in the directory. */
        OPAQUE,
        /** AUFS's own, such as its directory of hard links: nothing of the image. */
        META
    }

    /** @throws UnpackException when it can be no place in a layer */
    static LayerPath of(TarBytes entry) throws UnpackException {
        byte[] path = clean(entry, entry);
        int slash = path.length - 1;
        while (slash >= 0 && path[slash] != '/') {
            slash--;
        }
        byte[] name = slash < 0 ? path : Arrays.copyOfRange(path, slash + 1, path.length);
        return new LayerPath(TarBytes.of(Arrays.copyOf(path, Math.max(slash, 0))), name);
    }

    /**
     * @param entry for the message
     * @param said what is cleaned: its name, or what it links to
     */
    static LayerPath of(TarBytes entry, TarBytes said) throws UnpackException {
        return of(TarBytes.of(clean(entry, said)));
    }

    private static byte[] clean(TarBytes entry, TarBytes said) throws UnpackException {
        byte[] raw = said.toArray();
        byte[] path = new byte[raw.length];
        int used = 0;
        for (int from = 0; from <= raw.length; ) {
            int to = from;
            while (to < raw.length && raw[to] != '/') {
                to++;
            }
            int length = to - from;
            boolean isDot = length == 1 && raw[from] == '.';
            if (length == 2 && raw[from] == '.' && raw[from + 1] == '.') {
                throw new UnpackException(entry, "the part \"..\" of a name in a layer is refused");
            }
            if (length > 0 && !isDot) {
                if (used > 0) {
                    path[used++] = '/';
                }
                System.arraycopy(raw, from, path, used, length);
                used += length;
            }
            from = to + 1;
        }
        return Arrays.copyOf(path, used);
    }

    boolean isRoot() {
        return name.length == 0;
    }

    /** The whole path. */
    TarBytes path() {
        return parent.isEmpty() ? TarBytes.of(name) : join(parent, name);
    }

    static TarBytes join(TarBytes parent, byte[] name) {
        if (parent.isEmpty()) {
            return TarBytes.of(name);
        }
        byte[] whole = Arrays.copyOf(parent.toArray(), parent.length() + 1 + name.length);
        whole[parent.length()] = '/';
        System.arraycopy(name, 0, whole, parent.length() + 1, name.length);
        return TarBytes.of(whole);
    }

    Kind kind(TarBytes entry) throws UnpackException {
        Kind beneath = ofParent(entry);
        if (beneath != Kind.FILE) {
            return beneath;
        }
        if (Arrays.equals(name, OPAQUE)) {
            return Kind.OPAQUE;
        }
        if (begins(name, 0, META)) {
            return Kind.META;
        }
        return begins(name, 0, WHITEOUT) ? Kind.WHITEOUT : Kind.FILE;
    }

    /** A whiteout has nothing in it. */
    private Kind ofParent(TarBytes entry) throws UnpackException {
        if (parent.isEmpty() || !parent.has('.')) {
            return Kind.FILE;
        }
        byte[] path = parent.toArray();
        for (int at = 0; at < path.length; at++) {
            if (at == 0 || path[at - 1] == '/') {
                if (begins(path, at, META)) {
                    return Kind.META;
                }
                if (begins(path, at, WHITEOUT)) {
                    throw new UnpackException(entry, "it is in a directory whose name says that it was removed");
                }
            }
        }
        return Kind.FILE;
    }

    /** The name that a whiteout takes away. */
    byte[] hidden(TarBytes entry) throws UnpackException {
        byte[] hidden = Arrays.copyOfRange(name, WHITEOUT.length, name.length);
        boolean isDots = hidden.length <= 2
                && Arrays.equals(hidden, "..".substring(0, hidden.length).getBytes(StandardCharsets.US_ASCII));
        if (isDots) {
            throw new UnpackException(entry, "it says that nothing, \".\" or \"..\" was removed");
        }
        return hidden;
    }

    private static boolean begins(byte[] name, int at, byte[] with) {
        return name.length - at >= with.length && Arrays.equals(name, at, at + with.length, with, 0, with.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerPath that && parent.equals(that.parent) && Arrays.equals(name, that.name);
    }

    @Override
    public int hashCode() {
        return 31 * parent.hashCode() + Arrays.hashCode(name);
    }
}

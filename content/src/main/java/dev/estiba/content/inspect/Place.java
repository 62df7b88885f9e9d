package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import java.util.Arrays;

/** Paths in an image, without a slash at their beginning. */
final class Place {
    private Place() {}

    static TarBytes in(TarBytes directory, byte[] name) {
        if (directory.isEmpty()) {
            return TarBytes.of(name);
        }
        byte[] path = Arrays.copyOf(directory.toArray(), directory.length() + 1 + name.length);
        path[directory.length()] = '/';
        System.arraycopy(name, 0, path, directory.length() + 1, name.length);
        return TarBytes.of(path);
    }
}

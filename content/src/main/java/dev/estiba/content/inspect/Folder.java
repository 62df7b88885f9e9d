package dev.estiba.content.inspect;

import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ExtendedAttributes;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A directory of one layer: its names in order, and a descriptor to ask about them, so that of a million files nothing but the names
 * is kept. Used and closed by the thread of its stack.
 */
final class Folder implements AutoCloseable {
    /** Of one directory; more of them would not fit. */
    private static final int MOST = 1 << 20;

    /** As root has unpacked it, and as any other user (Documentation/filesystems/overlayfs.rst, "Whiteouts and opaque directories"). */
    private static final List<byte[]> OPAQUE = List.of(
            "trusted.overlay.opaque".getBytes(StandardCharsets.US_ASCII),
            "user.overlay.opaque".getBytes(StandardCharsets.US_ASCII));

    private final CallMemory memory;
    private final int layer;
    private final Fd directory;
    private final boolean isOpaque;
    private final List<byte[]> names;

    private Folder(CallMemory memory, int layer, Fd directory, boolean isOpaque, List<byte[]> names) {
        this.memory = memory;
        this.layer = layer;
        this.directory = directory;
        this.isOpaque = isOpaque;
        this.names = names;
    }

    /** Owns the descriptor from now on. */
    static Folder of(CallMemory memory, int layer, Fd directory) throws IOException {
        boolean made = false;
        try {
            List<byte[]> names = Directory.names(memory, directory, MOST);
            names.sort(Arrays::compareUnsigned);
            Folder folder = new Folder(memory, layer, directory, isOpaque(memory, directory), names);
            made = true;
            return folder;
        } finally {
            if (!made) {
                directory.close();
            }
        }
    }

    private static boolean isOpaque(CallMemory memory, Fd directory) throws IOException {
        // Who may not see trusted ones is told of none; a file system without any of them has none to list.
        List<byte[]> has = ExtendedAttributes.list(memory, directory);
        for (byte[] name : OPAQUE) {
            if (has.stream().anyMatch(each -> Arrays.equals(each, name))
                    && ExtendedAttributes.get(memory, directory, name)
                            .filter(value -> value.length == 1 && value[0] == 'y')
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    int layer() {
        return layer;
    }

    Fd directory() {
        return directory;
    }

    /** Whether nothing of the layers beneath shows through. */
    boolean isOpaque() {
        return isOpaque;
    }

    int size() {
        return names.size();
    }

    /** In the order of unsigned bytes; nobody changes it. */
    byte[] name(int at) {
        return names.get(at);
    }

    boolean has(byte[] name) {
        return Collections.binarySearch(names, name, Arrays::compareUnsigned) >= 0;
    }

    Attributes.Stat stat(byte[] name) throws IOException {
        return Attributes.of(memory, directory, name);
    }

    /** @param mode of what has the name */
    List<String> attributes(byte[] name, int mode) throws IOException {
        return FileAttributes.of(memory, directory, name, mode);
    }

    @Override
    public void close() {
        directory.close();
    }
}

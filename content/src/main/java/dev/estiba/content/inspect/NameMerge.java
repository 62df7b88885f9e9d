package dev.estiba.content.inspect;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The names of several directories in order, each once, with those that have it. */
final class NameMerge {
    private final List<Folder> folders;
    private final int[] at;
    private final boolean[] has;

    NameMerge(List<Folder> folders) {
        this.folders = folders;
        this.at = new int[folders.size()];
        this.has = new boolean[folders.size()];
    }

    /** The next name; empty when there is none any more. */
    Optional<byte[]> next() {
        byte[] least = null;
        for (int i = 0; i < at.length; i++) {
            if (at[i] < folders.get(i).size()) {
                byte[] name = folders.get(i).name(at[i]);
                if (least == null || Arrays.compareUnsigned(name, least) < 0) {
                    least = name;
                }
            }
        }
        for (int i = 0; i < at.length; i++) {
            has[i] = least != null
                    && at[i] < folders.get(i).size()
                    && Arrays.equals(folders.get(i).name(at[i]), least);
            at[i] += has[i] ? 1 : 0;
        }
        return Optional.ofNullable(least);
    }

    /** Whether the directory of that index has the name that was given last. */
    boolean has(int folder) {
        return has[folder];
    }
}

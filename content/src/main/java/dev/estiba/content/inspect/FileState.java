package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.Nodes;
import java.util.List;

/**
 * What a name stands for, without its content.
 *
 * @param mode kind and permissions, as in stat(2)
 * @param size of a regular file's content; else 0
 * @param target of a symbolic link; else empty
 * @param major of a device
 * @param minor of a device
 * @param attributes extended ones, as {@code NAME=VALUE}, in their order, without what could move a terminal's cursor; a long value is
 *     its digest
 */
public record FileState(
        int mode, long uid, long gid, long size, TarBytes target, int major, int minor, List<String> attributes) {
    public FileState {
        attributes = List.copyOf(attributes);
    }

    static FileState of(Stat stat, TarBytes target, List<String> attributes) {
        long size = (stat.mode() & Nodes.KIND) == Nodes.FILE ? stat.size() : 0;
        return new FileState(stat.mode(), stat.uid(), stat.gid(), size, target, stat.major(), stat.minor(), attributes);
    }

    public boolean isFile() {
        return (mode & Nodes.KIND) == Nodes.FILE;
    }

    /** As {@code ls} writes it: {@code -rwxr-xr-x}. */
    public String permissions() {
        char kind = switch (mode & Nodes.KIND) {
            case Nodes.DIRECTORY -> 'd';
            case Nodes.LINK -> 'l';
            case Nodes.CHARACTER_DEVICE -> 'c';
            case Nodes.BLOCK_DEVICE -> 'b';
            case Nodes.FIFO -> 'p';
            default -> '-';
        };
        return kind
                + three(mode >> 6, mode & 04000, 's')
                + three(mode >> 3, mode & 02000, 's')
                + three(mode, mode & 01000, 't');
    }

    private static String three(int bits, int special, char letter) {
        boolean runs = (bits & 1) != 0;
        char last = runs ? 'x' : '-';
        if (special != 0) {
            last = runs ? letter : Character.toUpperCase(letter);
        }
        return ((bits & 4) != 0 ? "r" : "-") + ((bits & 2) != 0 ? "w" : "-") + last;
    }
}

package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A directory of an image as an overlay of its layers shows it. */
final class MergedFolder implements AutoCloseable {
    /** The uppermost first. */
    private final List<Folder> folders;

    private MergedFolder(List<Folder> folders) {
        this.folders = folders;
    }

    /**
     * What a name stands for.
     *
     * @param folder that has it: of the uppermost layer
     * @param layers that are seen in it, the uppermost first; of a directory only
     */
    record Item(Folder folder, byte[] name, Stat stat, List<Integer> layers) {
        int layer() {
            return folder.layer();
        }
    }

    /** @param layers that may have it, the uppermost first; each has a directory of this path */
    static MergedFolder open(LayerStack stack, TarBytes path, List<Integer> layers) throws IOException {
        List<Folder> folders = new ArrayList<>();
        boolean opened = false;
        try {
            for (int layer : layers) {
                Folder folder = stack.folder(layer, path);
                folders.add(folder);
                if (folder.isOpaque()) {
                    break;
                }
            }
            opened = true;
            return new MergedFolder(folders);
        } finally {
            if (!opened) {
                folders.forEach(Folder::close);
            }
        }
    }

    List<Folder> folders() {
        return folders;
    }

    /** What a name stands for; empty when there is none that is seen. */
    Optional<Item> find(byte[] name) throws IOException {
        return find(name, folders.stream().map(each -> each.has(name)).toList());
    }

    /** @param has which of {@link #folders} have the name */
    Optional<Item> find(byte[] name, List<Boolean> has) throws IOException {
        Item found = null;
        List<Integer> layers = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            if (has.get(i)) {
                Stat stat = folders.get(i).stat(name);
                if (found == null && !stat.isWhiteout()) {
                    found = new Item(folders.get(i), name, stat, layers);
                }
                if (!stat.isDirectory()) {
                    break;
                }
                layers.add(folders.get(i).layer());
            }
        }
        return Optional.ofNullable(found);
    }

    @Override
    public void close() {
        folders.forEach(Folder::close);
    }
}

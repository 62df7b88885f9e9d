package dev.estiba.content.inspect;

import dev.estiba.content.inspect.FileChange.Kind;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.Nodes;

/** What is known of one layer so far. */
final class LayerTally {
    private final Largest<FileChange> files;
    private final HardLinks links = new HardLinks();
    private Tally added = Tally.NOTHING;
    private Tally changed = Tally.NOTHING;
    private Tally removed = Tally.NOTHING;
    private long bytes;
    private long wasted;

    LayerTally(int files) {
        this.files = new Largest<>(files, FileChange.LARGEST_FIRST);
    }

    private static boolean isFile(Stat stat) {
        return (stat.mode() & Nodes.KIND) == Nodes.FILE;
    }

    private static boolean isLinked(Stat stat) {
        return isFile(stat) && stat.links() > 1;
    }

    /** Counts what a name of this layer brings: nothing when it is another name of something. */
    long bytes(Stat stat) {
        long brings = isFile(stat) && (!isLinked(stat) || links.isFirst(stat)) ? stat.size() : 0;
        bytes += brings;
        return brings;
    }

    void put(Kind kind, TarBytes path, long bytes) {
        switch (kind) {
            case ADDED -> added = added.and(bytes);
            case CHANGED -> changed = changed.and(bytes);
            case REMOVED -> removed = removed.and(bytes);
        }
        files.add(new FileChange(kind, path, bytes));
    }

    void removed(TarBytes path, long bytes) {
        put(Kind.REMOVED, path, bytes);
    }

    /** A name that has this layer's file, and nobody sees. */
    void hidden(Stat stat) {
        if (isLinked(stat)) {
            links.met(stat, false);
        } else if (isFile(stat)) {
            wasted += stat.size();
        }
    }

    /** A name whose file is this layer's. */
    void seen(Stat stat) {
        if (isLinked(stat)) {
            links.met(stat, true);
        }
    }

    LayerChanges changes() {
        return new LayerChanges(added, changed, removed, bytes, wasted + links.wasted(), files.inOrder());
    }
}

package dev.estiba.content.inspect;

import dev.estiba.content.inspect.FileChange.Kind;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes.Stat;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all directories of an image's layers, each once, in all layers at the same time, and plays what has become of every name,
 * from the lowest layer to the uppermost. Not recursive: a tree's depth is its author's.
 */
final class LayerHistory {
    private static final TarBytes ROOT = TarBytes.EMPTY;

    private final LayerStack stack;
    private final List<LayerTally> tallies;
    private final Deque<Pending> pending = new ArrayDeque<>();

    /**
     * What a layer does to a directory.
     *
     * @param isThere whether it has one of this name; else it takes away what the layers beneath have in it
     * @param clears whether what the layers beneath have in it is gone anyway
     */
    private record Event(int layer, boolean isThere, boolean clears) {}

    private record Pending(TarBytes path, List<Event> events) {
        Pending {
            events = List.copyOf(events);
        }
    }

    /** What a name stands for, up to some layer. */
    private record Current(Folder folder, Stat stat, long bytes) {
        int layer() {
            return folder.layer();
        }
    }

    LayerHistory(LayerStack stack, int files) {
        this.stack = stack;
        this.tallies = IntStream.range(0, stack.size())
                .mapToObj(_ -> new LayerTally(files))
                .toList();
    }

    ImageTree read() throws IOException {
        pending.push(new Pending(
                ROOT,
                IntStream.range(0, stack.size())
                        .mapToObj(layer -> new Event(layer, true, false))
                        .toList()));
        while (!pending.isEmpty()) {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("reading the layers was interrupted");
            }
            read(pending.pop());
        }
        return new ImageTree(tallies.stream().map(LayerTally::changes).toList());
    }

    private void read(Pending directory) throws IOException {
        List<@Nullable Folder> byEvent = new ArrayList<>();
        List<Folder> folders = new ArrayList<>();
        try {
            for (Event event : directory.events()) {
                if (event.isThere()) {
                    Folder folder = stack.folder(event.layer(), directory.path());
                    folders.add(folder);
                    byEvent.add(folder);
                } else {
                    byEvent.add(null);
                }
            }
            NameMerge names = new NameMerge(folders);
            for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
                play(directory, byEvent, names, name.get());
            }
        } finally {
            folders.forEach(Folder::close);
        }
    }

    /** One name's way through the layers. */
    private void play(Pending directory, List<@Nullable Folder> folders, NameMerge names, byte[] name)
            throws IOException {
        TarBytes path = Place.in(directory.path(), name);
        List<Event> beneath = new ArrayList<>();
        Current current = null;
        int folderAt = 0;
        for (int i = 0; i < folders.size(); i++) {
            Event event = directory.events().get(i);
            Folder folder = folders.get(i);
            boolean clears = event.clears() || folder == null || folder.isOpaque();
            Stat stat = null;
            if (folder != null && names.has(folderAt++)) {
                stat = folder.stat(name);
            }
            boolean isGone = stat == null ? clears : stat.isWhiteout();
            if (isGone) {
                remove(event.layer(), path, current, beneath);
                current = null;
            } else if (stat != null && folder != null) {
                current = put(folder, path, name, current, stat);
                if (stat.isDirectory()) {
                    beneath.add(new Event(event.layer(), true, clears));
                } else if (!beneath.isEmpty()) {
                    beneath.add(new Event(event.layer(), false, true));
                }
            }
        }
        if (current != null) {
            tallies.get(current.layer()).seen(current.stat());
        }
        if (!beneath.isEmpty()) {
            pending.push(new Pending(path, beneath));
        }
    }

    private void remove(int layer, TarBytes path, @Nullable Current current, List<Event> beneath) {
        if (current == null) {
            return;
        }
        tallies.get(layer).removed(path, current.bytes());
        tallies.get(current.layer()).hidden(current.stat());
        if (!beneath.isEmpty()) {
            beneath.add(new Event(layer, false, true));
        }
    }

    private Current put(Folder folder, TarBytes path, byte[] name, @Nullable Current before, Stat stat)
            throws IOException {
        LayerTally tally = tallies.get(folder.layer());
        long bytes = tally.bytes(stat);
        if (before == null) {
            tally.put(Kind.ADDED, path, bytes);
        } else {
            tallies.get(before.layer()).hidden(before.stat());
            boolean comesAgain = stat.isDirectory()
                    && stat.mode() == before.stat().mode()
                    && stat.uid() == before.stat().uid()
                    && stat.gid() == before.stat().gid()
                    && folder.attributes(name, stat.mode())
                            .equals(before.folder()
                                    .attributes(name, before.stat().mode()));
            if (!comesAgain) {
                tally.put(Kind.CHANGED, path, bytes);
            }
        }
        return new Current(folder, stat, bytes);
    }
}

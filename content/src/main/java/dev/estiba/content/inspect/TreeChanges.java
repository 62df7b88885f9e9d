package dev.estiba.content.inspect;

import dev.estiba.content.inspect.FileChange.Kind;
import dev.estiba.content.inspect.MergedFolder.Item;
import dev.estiba.content.pack.EntryWriter;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What has become of an overlay's files: goes through both trees' directories, each once, in both at the same time, but for those that
 * are the same ones. A directory comes before what is in it. Not recursive: a tree's depth is its author's.
 */
final class TreeChanges implements AutoCloseable {
    private final CallMemory memory = new CallMemory();
    private final List<OwnedTree> afterTrees;
    private final List<OwnedTree> beforeTrees;
    private final LayerStack before;
    private final LayerStack after;
    private final Set<TarBytes> points;
    private final Sink sink;
    private final Deque<Pending> pending = new ArrayDeque<>();

    /** Who hears of the changes. */
    interface Sink {
        /**
         * A directory.
         *
         * @param change what has become of it: CHANGED also when it has gained or lost names; empty when nothing has
         */
        void directory(Folded directory, Optional<Kind> change) throws IOException;

        /** One that is no directory; {@link #directory} was told of the one that it is in. */
        void file(Kind kind, Folded in, Node node) throws IOException;

        void removed(Folded in, TarBytes path) throws IOException;
    }

    /** A directory as it is now; open as long as its names are told. */
    record Folded(
            TarBytes path,
            Fd directory,
            Stat stat,
            Owners owners,
            @Nullable Folded parent) {}

    /** A name that is no directory's, as it is now. */
    record Node(TarBytes path, Fd directory, byte[] name, Stat stat, int layer, Owners owners) {}

    /** A directory that is to be looked into. */
    private record Pending(
            TarBytes path,
            List<Integer> before,
            List<Integer> after,
            Optional<Kind> own,
            boolean hasOtherTime,
            boolean isPoint,
            @Nullable Folded parent) {}

    /** What was found in one directory. */
    private static final class Found {
        private final List<Item> files = new ArrayList<>();
        private final List<Kind> kinds = new ArrayList<>();
        private final List<byte[]> removed = new ArrayList<>();
        private final List<Pending> directories = new ArrayList<>();
        private boolean hasOthers;
        private boolean hasPoints;
    }

    private TreeChanges(
            List<OwnedTree> beforeTrees,
            List<OwnedTree> afterTrees,
            LayerStack before,
            LayerStack after,
            Set<TarBytes> points,
            Sink sink) {
        this.beforeTrees = beforeTrees;
        this.afterTrees = afterTrees;
        this.before = before;
        this.after = after;
        this.points = points;
        this.sink = sink;
    }

    /**
     * @param before the lowest first
     * @param after likewise
     * @param points places where something was mounted: what is new there and empty was made for that, and is no change
     */
    static void tell(List<OwnedTree> before, List<OwnedTree> after, Set<TarBytes> points, Sink sink)
            throws IOException {
        try (LayerStack old =
                        LayerStack.open(before.stream().map(OwnedTree::tree).toList());
                LayerStack now =
                        LayerStack.open(after.stream().map(OwnedTree::tree).toList());
                TreeChanges changes = new TreeChanges(before, after, old, now, points, sink)) {
            changes.run();
        }
    }

    private void run() throws IOException {
        pending.add(
                new Pending(TarBytes.EMPTY, downwards(before), downwards(after), Optional.empty(), false, false, null));
        while (!pending.isEmpty()) {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("comparing a container with its image was interrupted");
            }
            compare(pending.removeLast());
        }
    }

    private static List<Integer> downwards(LayerStack stack) {
        return IntStream.range(0, stack.size())
                .mapToObj(each -> stack.size() - 1 - each)
                .toList();
    }

    private boolean isSame(List<Integer> one, List<Integer> other) {
        return one.stream()
                .map(before::tree)
                .toList()
                .equals(other.stream().map(after::tree).toList());
    }

    private void compare(Pending each) throws IOException {
        if (isSame(each.before(), each.after())) {
            return;
        }
        try (MergedFolder one = MergedFolder.open(before, each.path(), each.before());
                MergedFolder other = MergedFolder.open(after, each.path(), each.after())) {
            Folder top = other.folders().getFirst();
            Owners owners = afterTrees.get(top.layer()).owners();
            Folded folded = new Folded(
                    each.path(), top.directory(), Attributes.of(memory, top.directory()), owners, each.parent());
            Found found = found(each.path(), folded, one, other);
            tell(each, folded, found);
        } catch (ErrnoException e) {
            if (each.path().isEmpty() || !EntryWriter.isGone(e)) {
                throw e;
            }
        }
    }

    private Found found(TarBytes path, Folded folded, MergedFolder one, MergedFolder other) throws IOException {
        Found found = new Found();
        List<Folder> all = new ArrayList<>(one.folders());
        all.addAll(other.folders());
        int middle = one.folders().size();
        NameMerge names = new NameMerge(all);
        for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
            List<Boolean> has =
                    IntStream.range(0, all.size()).mapToObj(names::has).toList();
            try {
                Optional<Item> was = one.find(name.get(), has.subList(0, middle));
                Optional<Item> is = other.find(name.get(), has.subList(middle, has.size()));
                if (is.isPresent()) {
                    now(Place.in(path, name.get()), was, is.get(), folded, found);
                } else if (was.isPresent()) {
                    found.removed.add(name.get());
                }
            } catch (ErrnoException e) {
                if (!EntryWriter.isGone(e)) {
                    throw e; // else the container changes it just now
                }
            }
        }
        return found;
    }

    private void now(TarBytes path, Optional<Item> was, Item is, Folded parent, Found found) throws IOException {
        boolean isPoint = was.isEmpty() && points.contains(path);
        if (is.stat().isDirectory()) {
            List<Integer> layers = was.map(Item::layers).orElse(List.of());
            boolean wasDirectory = was.isPresent() && was.get().stat().isDirectory();
            if (wasDirectory && isSame(layers, is.layers())) {
                return;
            }
            Optional<Kind> own = was.isEmpty() ? Optional.of(Kind.ADDED) : Optional.of(Kind.CHANGED);
            if (wasDirectory && hasSameRights(was.get(), is)) {
                own = Optional.empty();
            }
            boolean hasOtherTime = wasDirectory
                    && !was.get().stat().modified().equals(is.stat().modified());
            found.directories.add(new Pending(path, layers, is.layers(), own, hasOtherTime, isPoint, parent));
            found.hasPoints |= isPoint;
            found.hasOthers |= was.isEmpty() && !isPoint;
            return;
        }
        if (isPoint
                && (is.stat().mode() & Nodes.KIND) == Nodes.FILE
                && is.stat().size() == 0) {
            found.hasPoints = true;
        } else if (was.isEmpty() || !isSame(was.get(), is)) {
            found.files.add(is);
            found.kinds.add(was.isEmpty() ? Kind.ADDED : Kind.CHANGED);
            found.hasOthers |= was.isEmpty();
        }
    }

    private void tell(Pending each, Folded folded, Found found) throws IOException {
        boolean gains = found.hasOthers || !found.removed.isEmpty();
        Optional<Kind> change = each.own();
        if (each.isPoint() && !gains) {
            change = Optional.empty();
        } else if (each.isPoint()) {
            change = Optional.of(Kind.CHANGED); // dockerd's have it from the beginning
        } else if (change.isEmpty() && (gains || each.hasOtherTime() && !found.hasPoints)) {
            change = Optional.of(Kind.CHANGED);
        }
        sink.directory(folded, change);
        for (byte[] name : found.removed) {
            sink.removed(folded, Place.in(each.path(), name));
        }
        for (int i = 0; i < found.files.size(); i++) {
            Item item = found.files.get(i);
            TarBytes path = Place.in(each.path(), item.name());
            Owners owners = afterTrees.get(item.layer()).owners();
            Node node = new Node(path, item.folder().directory(), item.name(), item.stat(), item.layer(), owners);
            sink.file(found.kinds.get(i), folded, node);
        }
        found.directories.reversed().forEach(pending::add);
    }

    private boolean hasSameRights(Item one, Item other) {
        Owners before = beforeTrees.get(one.layer()).owners();
        Owners after = afterTrees.get(other.layer()).owners();
        Stat was = one.stat();
        Stat is = other.stat();
        return was.mode() == is.mode()
                && before.uid().applyAsLong(was.uid()) == after.uid().applyAsLong(is.uid())
                && before.gid().applyAsLong(was.gid()) == after.gid().applyAsLong(is.gid());
    }

    /** An overlay copies a file before it changes it; of a copy of all of them the times tell. */
    private boolean isSame(Item one, Item other) throws IOException {
        if (before.tree(one.layer()).equals(after.tree(other.layer()))) {
            return true;
        }
        boolean isCopy = after.size() == 1;
        return isCopy
                && hasSameRights(one, other)
                && one.stat().size() == other.stat().size()
                && one.stat().modified().equals(other.stat().modified())
                && one.stat().major() == other.stat().major()
                && one.stat().minor() == other.stat().minor();
    }

    @Override
    public void close() {
        memory.close();
    }
}

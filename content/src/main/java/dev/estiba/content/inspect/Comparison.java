package dev.estiba.content.inspect;

import dev.estiba.content.inspect.MergedFolder.Item;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Nodes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Goes through two images' directories, each once, in both at the same time. */
final class Comparison {
    /** The content of what is larger is not read: then it must have the same time to count as the same. */
    private static final long LARGEST_READ = 16L << 30;

    private final LayerStack before;
    private final LayerStack after;
    private final Largest<FileDifference> files;
    private final Deque<Pair> pending = new ArrayDeque<>();
    private Tally added = Tally.NOTHING;
    private Tally changed = Tally.NOTHING;
    private Tally removed = Tally.NOTHING;

    /**
     * A directory in both.
     *
     * @param before its layers in the first image, the uppermost first; none: it is no directory there
     * @param after likewise
     */
    private record Pair(TarBytes path, List<Integer> before, List<Integer> after) {}

    Comparison(LayerStack before, LayerStack after, int files) {
        this.before = before;
        this.after = after;
        this.files = new Largest<>(files, FileDifference.LARGEST_FIRST);
    }

    ImageDiff run() throws IOException {
        pending.push(new Pair(TarBytes.EMPTY, downwards(before), downwards(after)));
        while (!pending.isEmpty()) {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("comparing the images was interrupted");
            }
            compare(pending.pop());
        }
        List<FileDifference> listed = new ArrayList<>(files.inOrder());
        listed.sort(Comparator.comparing(FileDifference::path));
        return new ImageDiff(
                added, changed, removed, listed, PackageList.of(before).differences(PackageList.of(after)));
    }

    private static List<Integer> downwards(LayerStack stack) {
        return IntStream.range(0, stack.size())
                .mapToObj(each -> stack.size() - 1 - each)
                .toList();
    }

    private boolean isSame(Pair directory) {
        return directory.before().stream()
                .map(before::tree)
                .toList()
                .equals(directory.after().stream().map(after::tree).toList());
    }

    private void compare(Pair directory) throws IOException {
        if (isSame(directory)) {
            return;
        }
        try (MergedFolder one = MergedFolder.open(before, directory.path(), directory.before());
                MergedFolder other = MergedFolder.open(after, directory.path(), directory.after())) {
            List<Folder> all = new ArrayList<>(one.folders());
            all.addAll(other.folders());
            int middle = one.folders().size();
            NameMerge names = new NameMerge(all);
            for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
                List<Boolean> has =
                        IntStream.range(0, all.size()).mapToObj(names::has).toList();
                compare(
                        Place.in(directory.path(), name.get()),
                        one.find(name.get(), has.subList(0, middle)),
                        other.find(name.get(), has.subList(middle, has.size())));
            }
        }
    }

    private void compare(TarBytes path, Optional<Item> one, Optional<Item> other) throws IOException {
        if (one.isEmpty() && other.isEmpty()) {
            return;
        }
        List<Integer> ones = one.map(Item::layers).orElse(List.of());
        List<Integer> others = other.map(Item::layers).orElse(List.of());
        if (!ones.isEmpty() || !others.isEmpty()) {
            pending.push(new Pair(path, ones, others));
        }
        if (one.isPresent() && other.isPresent() && isSame(path, one.get(), other.get())) {
            return;
        }
        FileDifference difference = new FileDifference(path, state(before, one), state(after, other));
        switch (difference.kind()) {
            case ADDED -> added = added.and(difference.bytes());
            case CHANGED -> changed = changed.and(difference.bytes());
            case REMOVED -> removed = removed.and(difference.bytes());
        }
        files.add(difference);
    }

    private static Optional<FileState> state(LayerStack stack, Optional<Item> item) throws IOException {
        return item.isEmpty() ? Optional.empty() : Optional.of(state(stack, item.get()));
    }

    private static FileState state(LayerStack stack, Item item) throws IOException {
        boolean isLink = (item.stat().mode() & Nodes.KIND) == Nodes.LINK;
        return FileState.of(
                item.stat(),
                isLink ? stack.target(item.folder(), item.name()) : TarBytes.EMPTY,
                item.folder().attributes(item.name(), item.stat().mode()));
    }

    private boolean isSame(TarBytes path, Item one, Item other) throws IOException {
        if (before.tree(one.layer()).equals(after.tree(other.layer()))) {
            return true;
        }
        FileState state = state(before, one);
        if (!state.equals(state(after, other))) {
            return false;
        }
        if (!state.isFile() || state.size() == 0) {
            return true;
        }
        return state.size() > LARGEST_READ
                ? one.stat().modified().equals(other.stat().modified())
                : before.digest(one.layer(), path).equals(after.digest(other.layer(), path));
    }
}

package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Directories that a layer has because an entry is in them, and that no entry describes: in an overlay they would hide owner, mode
 * and attributes of the directory that a lower layer has. This makes a tree of just those, with what they ought to have, which goes
 * on top of the layers: they stay as they are, and are shared.
 */
public final class ImpliedDirectories implements AutoCloseable {
    private static final Open.How INTO =
            Open.How.directory().resolving(Open.BENEATH | Open.NO_SYMLINKS).with(Open.noFollowFlag());

    private static final int WHILE_MADE = 0700;
    private static final byte[] SELF = {'.'};

    private final LayerStack stack;
    private final List<Set<TarBytes>> implied;
    private final Fd target;
    private final CallMemory memory = new CallMemory();
    private final MetadataCopy metadata = new MetadataCopy(memory, Owners.SAME);
    private final Set<TarBytes> made = new HashSet<>();

    private ImpliedDirectories(LayerStack stack, List<Set<TarBytes>> implied, Fd target) {
        this.stack = stack;
        this.implied = implied;
        this.target = target;
    }

    /**
     * One layer of an image.
     *
     * @param implied which of its directories no entry describes
     */
    public record Layer(Path tree, Set<TarBytes> implied) {
        public Layer {
            implied = Set.copyOf(implied);
        }
    }

    /**
     * Makes the tree.
     *
     * @param layers the uppermost first
     * @param target an empty directory; stays the caller's
     * @return whether there is anything in it: else nothing is hidden
     */
    public static boolean make(List<Layer> layers, Fd target) throws IOException {
        List<Layer> upwards = layers.reversed();
        LayerStack stack = LayerStack.open(upwards.stream().map(Layer::tree).toList());
        List<Set<TarBytes>> implied = upwards.stream().map(Layer::implied).toList();
        try (ImpliedDirectories directories = new ImpliedDirectories(stack, implied, target)) {
            Set<TarBytes> all = new HashSet<>();
            implied.forEach(all::addAll);
            // The outer before the inner.
            List<TarBytes> sorted =
                    all.stream().sorted(Comparator.comparing(TarBytes::length)).toList();
            for (TarBytes path : sorted) {
                List<Integer> seen = directories.layersOf(path);
                if (!seen.isEmpty() && directories.rightful(path, seen) != seen.getFirst()) {
                    directories.make(path);
                }
            }
            directories.describe();
            return !directories.made.isEmpty();
        }
    }

    /** Whose directory it is by rights: the uppermost that describes it. */
    private int rightful(TarBytes path, List<Integer> seen) {
        return seen.stream()
                .filter(layer -> !implied.get(layer).contains(path))
                .findFirst()
                .orElse(seen.getFirst());
    }

    /** Which layers' directories are seen in it, the uppermost first; none when it is no directory. */
    private List<Integer> layersOf(TarBytes path) throws IOException {
        List<Integer> seen = new ArrayList<>();
        for (int i = stack.size() - 1; i >= 0; i--) {
            seen.add(i);
        }
        byte[] whole = path.toArray();
        for (int from = 0; from < whole.length && !seen.isEmpty(); ) {
            int to = from;
            while (to < whole.length && whole[to] != '/') {
                to++;
            }
            TarBytes parent = TarBytes.of(Arrays.copyOf(whole, Math.max(from - 1, 0)));
            try (MergedFolder folder = MergedFolder.open(stack, parent, seen)) {
                Optional<MergedFolder.Item> item = folder.find(Arrays.copyOfRange(whole, from, to));
                seen = item.filter(found -> found.stat().isDirectory())
                        .map(MergedFolder.Item::layers)
                        .orElse(List.of());
            }
            from = to + 1;
        }
        return seen;
    }

    /** With those that it is in: on top of all layers, each of them counts. Nothing but directories is in the tree. */
    private void make(TarBytes path) throws IOException {
        byte[] whole = path.toArray();
        made.add(TarBytes.EMPTY);
        for (int to = 1; to <= whole.length; to++) {
            if (to == whole.length || whole[to] == '/') {
                TarBytes prefix = TarBytes.of(Arrays.copyOf(whole, to));
                if (made.add(prefix)) {
                    Nodes.makeDirectory(memory, target, prefix.toArray(), WHILE_MADE);
                }
            }
        }
    }

    /** The inner before the outer, whose times change with what is made in them, and which may then be closed to their owner. */
    private void describe() throws IOException {
        List<TarBytes> inwards = made.stream()
                .sorted(Comparator.comparing(TarBytes::length).reversed())
                .toList();
        for (TarBytes path : inwards) {
            byte[] name = path.isEmpty() ? SELF : path.toArray();
            try (Folder like = stack.folder(rightful(path, layersOf(path)), path);
                    Fd directory = Nodes.open(memory, target, name, INTO)) {
                metadata.copy(like.directory(), directory, Attributes.of(memory, like.directory()));
            }
        }
    }

    @Override
    public void close() {
        stack.close();
        memory.close();
    }
}

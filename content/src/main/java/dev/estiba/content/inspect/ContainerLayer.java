package dev.estiba.content.inspect;

import dev.estiba.content.inspect.FileChange.Kind;
import dev.estiba.content.inspect.TreeChanges.Folded;
import dev.estiba.content.inspect.TreeChanges.Node;
import dev.estiba.content.pack.EntryWriter;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarEntry;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.linux.CallMemory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a container has changed of its image: as a list ({@code docker diff}), or as a layer ({@code docker commit}). */
public final class ContainerLayer {
    /** In the order in which filepath.Walk of Go goes: a directory's content comes before its longer-named neighbour. */
    private static final Comparator<FileChange> WALKED =
            Comparator.comparing(change -> ordered(change.path()), Arrays::compareUnsigned);

    private static final byte[] WHITEOUT = ".wh.".getBytes(StandardCharsets.US_ASCII);

    private ContainerLayer() {}

    private static byte[] ordered(TarBytes path) {
        byte[] bytes = path.toArray();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '/' ? 0 : bytes[i];
        }
        return bytes;
    }

    /**
     * The changes, each path once, in order; of a directory that has gained or lost names as well.
     *
     * @param image its trees, the lowest first
     * @param container the same with the container's on top of them, or a copy of all of them alone
     * @param points without a slash at their beginning: places where something is mounted. What is new there and empty is no change
     * @param most changes that there may be
     * @throws IOException when there are more
     */
    public static List<FileChange> changes(
            List<OwnedTree> image, List<OwnedTree> container, Set<TarBytes> points, int most) throws IOException {
        List<FileChange> changes = new ArrayList<>();
        TreeChanges.tell(image, container, points, new TreeChanges.Sink() {
            private void add(Kind kind, TarBytes path, long bytes) throws IOException {
                if (changes.size() == most) {
                    throw new IOException("the container has changed more than " + most + " files");
                }
                changes.add(new FileChange(kind, path, bytes));
            }

            @Override
            public void directory(Folded directory, Optional<Kind> change) throws IOException {
                if (change.isPresent() && !directory.path().isEmpty()) {
                    add(change.get(), directory.path(), 0);
                }
            }

            @Override
            public void file(Kind kind, Folded in, Node node) throws IOException {
                add(kind, node.path(), node.stat().size());
            }

            @Override
            public void removed(Folded in, TarBytes path) throws IOException {
                add(Kind.REMOVED, path, 0);
            }
        });
        changes.sort(WALKED);
        return changes;
    }

    /**
     * The changes as a layer's archive, which on top of the image's makes what the container has. Equal trees give equal bytes. A
     * directory that something is in is described.
     *
     * @param to closed when the archive is whole
     */
    public static void write(List<OwnedTree> image, List<OwnedTree> container, Set<TarBytes> points, OutputStream to)
            throws IOException {
        TarWriter archive = new TarWriter(to);
        try (CallMemory memory = new CallMemory()) {
            TreeChanges.tell(image, container, points, new Writer(new EntryWriter(memory, archive)));
        }
        archive.close();
    }

    private record FileId(int layer, long inode) {}

    private static final class Writer implements TreeChanges.Sink {
        private final EntryWriter entries;
        private final Map<FileId, TarBytes> linked = new HashMap<>();
        /** Directories that are described when something in them is. */
        private final Map<TarBytes, TarEntry.Directory> waiting = new HashMap<>();

        private final Set<TarBytes> written = new HashSet<>();

        Writer(EntryWriter entries) {
            this.entries = entries;
        }

        @Override
        public void directory(Folded directory, Optional<Kind> change) throws IOException {
            TarBytes path = directory.path();
            if (path.isEmpty()) {
                return;
            }
            TarEntry.Directory entry = entries.directoryEntry(
                    slashed(path), directory.directory(), directory.stat(), directory.owners()::of);
            waiting.put(path, entry);
            if (change.isPresent()) {
                describe(directory);
            }
        }

        /** Those that it is in come first. */
        private void describe(Folded directory) throws IOException {
            Deque<TarBytes> missing = new ArrayDeque<>();
            for (Folded each = directory; each != null && !each.path().isEmpty(); each = each.parent()) {
                if (written.contains(each.path())) {
                    break;
                }
                missing.push(each.path());
            }
            for (TarBytes each : missing) {
                TarEntry.Directory entry = waiting.remove(each);
                if (entry != null) {
                    entries.directory(entry);
                }
                written.add(each);
            }
        }

        @Override
        public void file(Kind kind, Folded in, Node node) throws IOException {
            describe(in);
            if (node.stat().links() > 1) {
                FileId id = new FileId(node.layer(), node.stat().inode());
                TarBytes first = linked.get(id);
                if (first != null) {
                    entries.hardLink(node.path(), first, node.stat(), node.owners()::of);
                    return;
                }
                if (entries.write(node.path(), node.directory(), node.name(), node.stat(), node.owners()::of)) {
                    linked.put(id, node.path());
                }
                return;
            }
            entries.write(node.path(), node.directory(), node.name(), node.stat(), node.owners()::of);
        }

        @Override
        public void removed(Folded in, TarBytes path) throws IOException {
            describe(in);
            entries.whiteout(hidden(path));
        }

        private static TarBytes hidden(TarBytes path) {
            byte[] whole = path.toArray();
            int slash = whole.length - 1;
            while (slash >= 0 && whole[slash] != '/') {
                slash--;
            }
            byte[] name = Arrays.copyOf(whole, whole.length + WHITEOUT.length);
            System.arraycopy(whole, slash + 1, name, slash + 1 + WHITEOUT.length, whole.length - slash - 1);
            System.arraycopy(WHITEOUT, 0, name, slash + 1, WHITEOUT.length);
            return TarBytes.of(name);
        }
    }

    static TarBytes slashed(TarBytes path) {
        byte[] name = Arrays.copyOf(path.toArray(), path.length() + 1);
        name[path.length()] = '/';
        return TarBytes.of(name);
    }
}

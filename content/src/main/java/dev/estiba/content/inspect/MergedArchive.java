package dev.estiba.content.inspect;

import dev.estiba.content.inspect.MergedFolder.Item;
import dev.estiba.content.pack.EntryWriter;
import dev.estiba.content.tar.TarBytes;
import dev.estiba.content.tar.TarWriter;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an overlay of trees shows, as an archive, without mounting it ({@code docker export}). */
public final class MergedArchive implements AutoCloseable {
    private final LayerStack stack;
    private final List<OwnedTree> trees;
    private final CallMemory memory = new CallMemory();
    private final EntryWriter entries;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Map<FileId, TarBytes> linked = new HashMap<>();

    private record Pending(TarBytes path, List<Integer> layers) {}

    private record FileId(int layer, long inode) {}

    private MergedArchive(LayerStack stack, List<OwnedTree> trees, TarWriter to) {
        this.stack = stack;
        this.trees = trees;
        this.entries = new EntryWriter(memory, to);
    }

    /**
     * Writes it. The root directory itself has no entry, as in Docker's.
     *
     * @param trees the lowest first; they may change meanwhile
     * @param to closed when the archive is whole, and not when this fails: an end would make it one
     */
    public static void write(List<OwnedTree> trees, OutputStream to) throws IOException {
        TarWriter archive = new TarWriter(to);
        try (MergedArchive merged = new MergedArchive(
                LayerStack.open(trees.stream().map(OwnedTree::tree).toList()), trees, archive)) {
            merged.write();
        }
        archive.close();
    }

    private void write() throws IOException {
        List<Integer> all = new ArrayList<>();
        for (int i = trees.size() - 1; i >= 0; i--) {
            all.add(i);
        }
        pending.add(new Pending(TarBytes.EMPTY, all));
        while (!pending.isEmpty()) {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("packing a file system was interrupted");
            }
            directory(pending.removeLast());
        }
    }

    private void directory(Pending each) throws IOException {
        try (MergedFolder from = MergedFolder.open(stack, each.path(), each.layers())) {
            if (!each.path().isEmpty()) {
                Folder top = from.folders().getFirst();
                entries.directory(entries.directoryEntry(
                        ContainerLayer.slashed(each.path()),
                        top.directory(),
                        Attributes.of(memory, top.directory()),
                        trees.get(top.layer()).owners()::of));
            }
            List<Pending> directories = new ArrayList<>();
            NameMerge names = new NameMerge(from.folders());
            for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
                List<Boolean> has = new ArrayList<>();
                for (int i = 0; i < from.folders().size(); i++) {
                    has.add(names.has(i));
                }
                Optional<Item> item = find(from, name.get(), has);
                if (item.isPresent()) {
                    TarBytes path = Place.in(each.path(), name.get());
                    if (item.get().stat().isDirectory()) {
                        directories.add(new Pending(path, item.get().layers()));
                    } else {
                        file(item.get(), path);
                    }
                }
            }
            directories.reversed().forEach(pending::add);
        } catch (ErrnoException e) {
            if (each.path().isEmpty() || !EntryWriter.isGone(e)) {
                throw e;
            }
        }
    }

    private void file(Item item, TarBytes path) throws IOException {
        Owners owners = trees.get(item.layer()).owners();
        if (item.stat().links() > 1) {
            FileId id = new FileId(item.layer(), item.stat().inode());
            TarBytes first = linked.get(id);
            if (first != null) {
                entries.hardLink(path, first, item.stat(), owners::of);
                return;
            }
            if (entries.write(path, item.folder().directory(), item.name(), item.stat(), owners::of)) {
                linked.put(id, path);
            }
            return;
        }
        entries.write(path, item.folder().directory(), item.name(), item.stat(), owners::of);
    }

    /** Empty also when it goes just now. */
    private static Optional<Item> find(MergedFolder from, byte[] name, List<Boolean> has) throws IOException {
        try {
            return from.find(name, has);
        } catch (ErrnoException e) {
            if (EntryWriter.isGone(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        stack.close();
        memory.close();
    }
}

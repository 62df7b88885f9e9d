package dev.estiba.content.inspect;

import dev.estiba.content.tar.TarBytes;
import dev.estiba.linux.Attributes;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileCopy;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an overlay of layers would show, as a directory of its own, for where there can be no overlay: files with their owners,
 * permissions, attributes and times, and the names of one file as such. Paths are opened beneath the roots and no link is followed,
 * neither there nor in the copy. It takes root, who may give files away. Nothing of it is synced.
 */
public final class MergedCopy implements AutoCloseable {
    private static final int WHILE_MADE = 0700;
    private static final Open.How INTO =
            Open.How.directory().resolving(Open.BENEATH | Open.NO_SYMLINKS).with(Open.noFollowFlag());
    private static final byte[] SELF = {'.'};

    private final LayerStack stack;
    private final CallMemory memory = new CallMemory();
    private final Fd target;
    private final MetadataCopy metadata;
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** Where a file of several names has its first one: by layer and inode. */
    private final Map<FileId, TarBytes> linked = new HashMap<>();

    private record Pending(TarBytes path, List<Integer> layers) {}

    private record FileId(int layer, long inode) {}

    private MergedCopy(LayerStack stack, Fd target, Owners owners) {
        this.stack = stack;
        this.target = target;
        this.metadata = new MetadataCopy(memory, owners);
    }

    /**
     * Makes it.
     *
     * @param lowers the uppermost first; nobody changes them meanwhile
     * @param target an empty directory, which only this writes; stays the caller's. When this fails it holds some of the tree
     * @param owners of the copy
     */
    public static void make(List<Path> lowers, Fd target, Owners owners) throws IOException {
        try (MergedCopy copy = new MergedCopy(LayerStack.open(lowers.reversed()), target, owners)) {
            List<Integer> all = new ArrayList<>();
            for (int i = lowers.size() - 1; i >= 0; i--) {
                all.add(i);
            }
            copy.pending.add(new Pending(TarBytes.of(""), all));
            while (!copy.pending.isEmpty()) {
                copy.directory(copy.pending.removeLast());
            }
        }
    }

    private Fd open(TarBytes path) throws IOException {
        return Nodes.open(memory, target, path.isEmpty() ? SELF : path.toArray(), INTO);
    }

    /** Its times come last: what is made in those that are in it later does not change them. */
    private void directory(Pending each) throws IOException {
        try (MergedFolder from = MergedFolder.open(stack, each.path(), each.layers());
                Fd to = open(each.path())) {
            NameMerge names = new NameMerge(from.folders());
            for (Optional<byte[]> name = names.next(); name.isPresent(); name = names.next()) {
                List<Boolean> has = new ArrayList<>();
                for (int i = 0; i < from.folders().size(); i++) {
                    has.add(names.has(i));
                }
                Optional<MergedFolder.Item> item = from.find(name.get(), has);
                if (item.isPresent()) {
                    item(item.get(), Place.in(each.path(), name.get()), to);
                }
            }
            Fd like = from.folders().getFirst().directory();
            metadata.copy(like, to, Attributes.of(memory, like));
        }
    }

    private void item(MergedFolder.Item item, TarBytes path, Fd to) throws IOException {
        byte[] name = item.name();
        Stat stat = item.stat();
        if (stat.isDirectory()) {
            Nodes.makeDirectory(memory, to, name, WHILE_MADE);
            pending.add(new Pending(path, item.layers()));
            return;
        }
        if (stat.links() > 1) {
            TarBytes first = linked.putIfAbsent(new FileId(item.layer(), stat.inode()), path);
            if (first != null) {
                link(first, to, name);
                return;
            }
        }
        switch (stat.mode() & Nodes.KIND) {
            case Nodes.FILE -> file(item, to);
            case Nodes.LINK -> {
                byte[] text =
                        Nodes.readLink(memory, item.folder().directory(), name).orElseThrow();
                Nodes.makeLink(memory, to, name, text);
                metadata.give(to, name, stat);
            }
            default -> {
                // A device, a FIFO or a socket.
                Nodes.make(memory, to, name, stat.mode() & Nodes.KIND | 0600, stat.major(), stat.minor());
                metadata.give(to, name, stat);
                Attributes.permit(memory, to, name, stat.mode() & MetadataCopy.PERMISSIONS);
            }
        }
    }

    private void link(TarBytes first, Fd to, byte[] name) throws IOException {
        byte[] whole = first.toArray();
        int slash = whole.length - 1;
        while (slash >= 0 && whole[slash] != '/') {
            slash--;
        }
        TarBytes parent = TarBytes.of(Arrays.copyOf(whole, Math.max(slash, 0)));
        byte[] last = Arrays.copyOfRange(whole, slash + 1, whole.length);
        try (Fd from = open(parent)) {
            Nodes.makeHardLink(memory, from, last, to, name);
        }
    }

    private void file(MergedFolder.Item item, Fd to) throws IOException {
        try (Fd from = stack.file(item.folder(), item.name());
                Fd made = Nodes.open(memory, to, item.name(), Open.How.creating(0600))) {
            FileCopy.copy(memory, from, made, item.stat().size());
            metadata.copy(from, made, item.stat());
        }
    }

    @Override
    public void close() {
        stack.close();
        memory.close();
    }
}

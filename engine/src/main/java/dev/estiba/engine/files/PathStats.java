package dev.estiba.engine.files;

import dev.estiba.api.PathStat;
import dev.estiba.linux.Attributes.Stat;
import dev.estiba.linux.CallMemory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Nodes;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What a path stands for, in Docker's words, and where a symbolic link leads. */
final class PathStats {
    /** As many as dockerd follows (github.com/moby/sys/symlink). */
    private static final int MOST_LINKS = 255;

    private static final int SETUID = 04000;
    private static final int SETGID = 02000;
    private static final int STICKY = 01000;
    private static final int SOCKET = 0140000;
    private static final Open.How LOOKING =
            new Open.How(Open.PATH | Open.directoryFlag(), 0, Open.IN_ROOT | Open.NO_MAGICLINKS);

    private PathStats() {}

    static PathStat of(CallMemory memory, Fd root, ContainerPath path, Place place) throws IOException {
        Stat stat = place.stat();
        String target = (stat.mode() & Nodes.KIND) == Nodes.LINK ? target(memory, root, path) : "";
        return new PathStat(
                path.base(), stat.size(), mode(stat.mode()), stat.modified().toString(), target);
    }

    /** Go's os.FileMode (io/fs). */
    static long mode(int mode) {
        long kind = switch (mode & Nodes.KIND) {
            case Nodes.DIRECTORY -> PathStat.DIRECTORY;
            case Nodes.LINK -> PathStat.SYMBOLIC_LINK;
            case Nodes.BLOCK_DEVICE -> PathStat.DEVICE;
            case Nodes.CHARACTER_DEVICE -> PathStat.DEVICE | PathStat.CHARACTER_DEVICE;
            case Nodes.FIFO -> PathStat.NAMED_PIPE;
            case SOCKET -> PathStat.SOCKET;
            default -> 0;
        };
        return mode & 0777
                | kind
                | ((mode & SETUID) != 0 ? PathStat.SETUID : 0)
                | ((mode & SETGID) != 0 ? PathStat.SETGID : 0)
                | ((mode & STICKY) != 0 ? PathStat.STICKY : 0);
    }

    /**
     * Where a link leads with the container's root as the root, as far as there is something: for the client, who asks for that path
     * next. Nothing is opened by it.
     */
    private static String target(CallMemory memory, Fd root, ContainerPath path) throws IOException {
        List<String> done = new ArrayList<>();
        Deque<String> left = new ArrayDeque<>(parts(path.clean()));
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.removeFirst();
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.removeLast();
                }
                continue;
            }
            Optional<byte[]> text = link(memory, root, "/" + String.join("/", done), part);
            if (text.isEmpty()) {
                done.add(part);
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new IOException("too many links in " + path);
            }
            String target = new String(text.get(), StandardCharsets.UTF_8);
            if (target.startsWith("/")) {
                done.clear();
            }
            List<String> more = new ArrayList<>(parts(target));
            Collections.reverse(more);
            more.forEach(left::addFirst);
        }
        return "/" + String.join("/", done);
    }

    private static Optional<byte[]> link(CallMemory memory, Fd root, String directory, String name) throws IOException {
        try (Fd open = Nodes.open(memory, root, directory.getBytes(StandardCharsets.UTF_8), LOOKING)) {
            return Nodes.readLink(memory, open, name.getBytes(StandardCharsets.UTF_8));
        } catch (ErrnoException e) {
            return Optional.empty(); // there is nothing any more: the rest is text
        }
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }
}

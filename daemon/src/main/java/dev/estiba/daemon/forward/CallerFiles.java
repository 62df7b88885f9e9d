package dev.estiba.daemon.forward;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FdChannel;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The caller's paths, looked up from its working directory beneath its root. Caller and resident are in the same mount
 * namespace, but the caller may have another root (chroot(2)), which "..", and links that begin with "/", must not leave.
 */
final class CallerFiles {
    /** What a caller calls its own descriptors: a shell's {@code <(...)} is /dev/fd/63. */
    private static final Pattern OWN = Pattern.compile("/dev/(stdin)|/(?:dev/fd|proc/self/fd)/(\\d{1,9})");

    private final Call call;

    CallerFiles(Call call) {
        this.call = call;
    }

    InputStream open(String path) throws IOException {
        // A FIFO is waited for, as any program of the caller's would.
        return Channels.newInputStream(new FdChannel(opened(path, Open.READ | Open.NO_TERMINAL)));
    }

    /** The kind is looked at before anything is opened: to open a device may already do something. */
    InputStream openRegular(String path) throws IOException {
        try (Fd found = opened(path, Open.PATH)) {
            Path place = Path.of(found.procPath());
            if (Files.isDirectory(place)) {
                throw new ErrnoException("read", path, Errno.EISDIR.number());
            }
            if (!Files.isRegularFile(place)) {
                throw new IOException("read " + path + ": not a regular file");
            }
            try {
                return Channels.newInputStream(new FdChannel(Open.absolute(found.procPath(), Open.How.reading())));
            } catch (ErrnoException e) {
                throw failed(path, e);
            }
        }
    }

    private Fd opened(String path, long flags) throws IOException {
        Open.How how = new Open.How(flags, 0, 0);
        Matcher own = OWN.matcher(path);
        if (own.matches()) {
            String number = own.group(1) != null ? "0" : own.group(2);
            return Open.absolute("/proc/" + call.process().pid() + "/fd/" + number, how);
        }
        return at(path, how);
    }

    private Fd at(String path, Open.How how) throws IOException {
        Call.Descriptors descriptors = call.descriptors();
        try {
            if (path.startsWith("/")) {
                return Open.at(descriptors.root(), path, how.resolving(Open.IN_ROOT));
            }
            Optional<String> directory = directoryBeneathRoot();
            if (directory.isPresent() && !path.isEmpty()) {
                String whole = directory.get() + "/" + path;
                return Open.at(descriptors.root(), whole, how.resolving(Open.IN_ROOT));
            }
            // It has no path any more (removed, or outside of the root): what is beneath it can still be reached.
            return Open.at(descriptors.directory(), path, how.resolving(Open.BENEATH));
        } catch (ErrnoException e) {
            throw failed(path, e);
        }
    }

    private static ErrnoException failed(String path, ErrnoException why) {
        return new ErrnoException("open", path.isEmpty() ? "\"\"" : path, why.errno());
    }

    /** The working directory's path, when it still leads there. */
    private Optional<String> directoryBeneathRoot() throws IOException {
        if (!call.directory().startsWith("/")) {
            return Optional.empty();
        }
        Open.How how = new Open.How(Open.PATH | Open.directoryFlag(), 0, Open.IN_ROOT);
        try (Fd again = Open.at(call.descriptors().root(), call.directory(), how)) {
            return hostName(again).equals(hostName(call.descriptors().directory()))
                    ? Optional.of(call.directory())
                    : Optional.empty();
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    Path directory() throws IOException {
        return Path.of(hostName(call.descriptors().directory()));
    }

    /**
     * The path on this host. What is not there yet (a volume's source is made by the engine) is named beneath its
     * nearest directory that is there.
     */
    String hostPath(String path) throws IOException {
        Deque<String> missing = new ArrayDeque<>();
        String there = path;
        while (true) {
            try (Fd fd = at(there, new Open.How(Open.PATH, 0, 0))) {
                String name = hostName(fd);
                return missing.isEmpty() ? name : (name.equals("/") ? "" : name) + "/" + String.join("/", missing);
            } catch (ErrnoException e) {
                String whole = stripSlashes(there);
                int at = whole.lastIndexOf('/');
                String last = whole.substring(at + 1);
                if (!e.is(Errno.ENOENT) || whole.isEmpty() || last.equals("..") || last.equals(".")) {
                    throw failed(path, e);
                }
                missing.addFirst(last);
                there = at < 0 ? "." : at == 0 ? "/" : whole.substring(0, at);
            }
        }
    }

    private static String stripSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static String hostName(Fd fd) throws IOException {
        return Files.readSymbolicLink(Path.of(fd.procPath())).toString();
    }
}

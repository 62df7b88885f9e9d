package dev.estiba.network;

import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.FileBytes;
import dev.estiba.linux.FileSystems;
import dev.estiba.linux.Open;
import dev.estiba.linux.number.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** /proc/sys/net of the calling thread's namespace. Only within a visit: whose files they are is decided when they are opened. */
final class Sysctls implements AutoCloseable {
    private static final int LONGEST = 4096;

    private final Fd net;

    private Sysctls(Fd net) {
        this.net = net;
    }

    static Sysctls open() throws IOException {
        Fd net = Open.absolute("/proc/sys/net", Open.How.directory());
        try {
            if (FileSystems.magic(net) != FileSystems.PROC) {
                throw new IOException("/proc/sys/net of this host is not the kernel's");
            }
            return new Sysctls(net);
        } catch (IOException e) {
            net.close();
            throw e;
        }
    }

    /** The setting's value, as {@code ipv4/ip_forward}; empty when the kernel has none of that name. */
    Optional<String> read(String path) throws IOException {
        try (Fd file = Open.at(net, path, Open.How.reading().resolving(Open.BENEATH | Open.NO_SYMLINKS))) {
            return Optional.of(new String(FileBytes.readAll(file, LONGEST), StandardCharsets.UTF_8).strip());
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void write(String path, String value) throws IOException {
        Open.How how = new Open.How(Open.WRITE, 0, Open.BENEATH | Open.NO_SYMLINKS);
        try (Fd file = Open.at(net, path, how)) {
            FileBytes.writeAll(file, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Writes where the kernel has the setting: without IPv6 there is nothing of it to set. */
    void writeIfThere(String path, String value) throws IOException {
        try {
            write(path, value);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        net.close();
    }
}

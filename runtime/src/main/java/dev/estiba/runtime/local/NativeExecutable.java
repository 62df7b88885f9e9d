package dev.estiba.runtime.local;

import dev.estiba.linux.DetachedMount;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Host;
import dev.estiba.linux.Memfd;
import dev.estiba.linux.number.Abi;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The native program that the jar carries, as a file that nobody can change: written once for this JVM, so that a start copies
 * nothing, and no container ever holds a file of the host's that it could change (CVE-2019-5736).
 */
final class NativeExecutable {
    private static final NativeExecutable THIS = load();

    private final Optional<Fd> sealed;
    private final String problem;

    private NativeExecutable(Optional<Fd> sealed, String problem) {
        this.sealed = sealed;
        this.problem = problem;
    }

    private static NativeExecutable load() {
        String name = "native/linux-" + (Host.abi() == Abi.ARM64 ? "aarch64" : "x86_64") + "/estiba";
        try (InputStream in = dev.estiba.runtime.Containers.class.getResourceAsStream(name)) {
            if (in == null) {
                return new NativeExecutable(Optional.empty(), "this build's jar has no " + name + " for this machine");
            }
            return new NativeExecutable(Optional.of(executable(in.readAllBytes())), "");
        } catch (IOException e) {
            return new NativeExecutable(Optional.empty(), "cannot load " + name + ": " + e.getMessage());
        }
    }

    private static Fd executable(byte[] bytes) throws IOException {
        try {
            return DetachedMount.executable("estiba-exec", bytes);
        } catch (ErrnoException e) {
            // An ordinary user's: its containers have no root but that user.
            return Memfd.executable("estiba-exec", bytes);
        }
    }

    /** Shared by all threads, and never closed. */
    static Fd sealed() throws IOException {
        return THIS.sealed.orElseThrow(() -> new IOException(THIS.problem));
    }
}

package dev.estiba.testkit.bundle;

import java.io.IOException;
import java.nio.file.Path;

/** Executables for tests. */
public final class Programs {
    private Programs() {}

    /**
     * Copies one, by a process of its own: a child that another thread of this JVM starts meanwhile would inherit the
     * descriptor that writes it, and until that child has executed its own program this one is busy (execve(2), ETXTBSY).
     */
    public static void copy(Path from, Path to) throws IOException {
        Process cp = new ProcessBuilder("cp", "--preserve=mode", from.toString(), to.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(cp.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (cp.waitFor() != 0) {
                throw new IOException(said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + to + " was copied", e);
        }
    }
}

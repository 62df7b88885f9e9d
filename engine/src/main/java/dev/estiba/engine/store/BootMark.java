package dev.estiba.engine.store;

import dev.estiba.linux.AtomicFile;
import dev.estiba.linux.Directory;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which boot the files of an exec root are of (random(4), boot_id). A usual one is on a tmpfs and ends with its boot; one on a disk does
 * not, and there the numbers of processes, which start again, would be taken for those of monitors and of first processes.
 */
final class BootMark {
    private static final String NAME = "boot-id";
    private static final Path NOW = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int MOST = 1 << 20;

    private BootMark() {}

    /**
     * Removes what another boot has left, and marks the rest as this one's.
     *
     * @param directories beneath the exec root whose entries end with the boot
     */
    static void ensure(Path execRoot, List<String> directories) throws IOException {
        byte[] now = Files.readAllBytes(NOW);
        try (Fd root = Open.absolute(execRoot.toString(), Open.How.directory())) {
            Flock.lock(root, Flock.Kind.EXCLUSIVE); // who comes second finds all of it done
            Optional<byte[]> before = Home.read(root, NAME);
            if (before.isPresent() && Arrays.equals(before.get(), now)) {
                return;
            }
            if (before.isPresent()) {
                for (String directory : directories) {
                    clear(execRoot.resolve(directory));
                }
            }
            AtomicFile.write(root, NAME, now);
        }
    }

    private static void clear(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Fd open = Open.absolute(directory.toString(), Open.How.directory())) {
            for (Directory.Entry entry : Directory.list(open, MOST)) {
                RemoveTree.remove(open, entry.name());
            }
        }
    }
}

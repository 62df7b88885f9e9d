package dev.estiba.engine.log;

import dev.estiba.linux.Fd;
import dev.estiba.linux.Flock;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * Packs what a log's monitor has put aside: FILE.1 becomes FILE.1.gz, and those before it FILE.2.gz and so on, as dockerd's
 * {@code compress} has it. The monitor knows nothing of it and waits for nobody: what is to be packed is taken out of its reach by a
 * rename, while a lock on the live file keeps it from rotating for that moment. Whoever is killed in between leaves nothing that
 * the next one does not go on with, and nothing that a reader misses or sees twice ({@link LogPiece}).
 */
public final class LogPacking {
    private static final String MODE = "rw-r-----";

    private final Path file;
    private final int most;

    /** @param maxFiles the live one included */
    public LogPacking(Path file, int maxFiles) {
        this.file = file;
        this.most = maxFiles - 1;
    }

    /** Where one is while it is packed. */
    static Path packing(Path file) {
        return file.resolveSibling(file.getFileName() + ".packing");
    }

    static Path aside(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    static Path packed(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number + ".gz");
    }

    /** Whether something may be there to be packed. */
    public boolean hasWork() {
        return Files.exists(aside(file, 1)) || Files.exists(packing(file));
    }

    /** Packs one file. Whether there was one. */
    public boolean step() throws IOException {
        Path packing = packing(file);
        if (!Files.exists(packing) && !claim(packing)) {
            return false;
        }
        if (!isPacked(packing)) {
            Path made = file.resolveSibling(file.getFileName() + ".gz");
            pack(packing, made);
            makeRoom();
            Files.move(made, packed(file, 1), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(packing);
        return true;
    }

    /** Its packer was killed when all but its removal was done. */
    private boolean isPacked(Path packing) throws IOException {
        if (!Files.exists(packed(file, 1))) {
            return false;
        }
        try (LogPiece plain = LogPiece.plain(Open.absolute(packing.toString(), Open.How.reading()));
                LogPiece newest = LogPiece.packed(Open.absolute(packed(file, 1).toString(), Open.How.reading()))) {
            return plain.beginsLike(newest);
        }
    }

    /** Takes the oldest that is not packed. */
    private boolean claim(Path packing) throws IOException {
        int oldest = 0;
        while (Files.exists(aside(file, oldest + 1))) {
            oldest++;
        }
        if (oldest == 0) {
            return false;
        }
        Optional<LogPiece> found = LogPiece.open(file, false);
        if (found.isEmpty()) {
            return false; // between two steps of a rotation: the next look finds it
        }
        try (Fd live = found.get().fd()) {
            if (!Flock.tryLock(live, Flock.Kind.EXCLUSIVE) || !Flock.isNamed(live, file)) {
                return false; // it is being rotated
            }
            while (Files.exists(aside(file, oldest + 1))) {
                oldest++;
            }
            closeGap();
            // As many as there may be, with what is not packed yet. When that is as many already, the monitor may have
            // dropped one of them:
            // then what is packed is from before a gap.
            for (int i = Math.max(1, most - oldest + 1); i <= most; i++) {
                Files.deleteIfExists(packed(file, i));
            }
            Files.move(aside(file, oldest), packing, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }

    /** Whoever was killed while he made room has left a number out. */
    private void closeGap() throws IOException {
        for (int i = 1; i < most; i++) {
            if (!Files.exists(packed(file, i)) && Files.exists(packed(file, i + 1))) {
                Files.move(packed(file, i + 1), packed(file, i), StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static void pack(Path from, Path to) throws IOException {
        Files.deleteIfExists(to);
        Files.createFile(to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(MODE)));
        try (InputStream in = Files.newInputStream(from);
                OutputStream out = new GZIPOutputStream(Files.newOutputStream(to), 1 << 16)) {
            in.transferTo(out);
        }
    }

    /** Up to the first number that nobody has; the last one goes when all have one. */
    private void makeRoom() throws IOException {
        int free = 1;
        while (free < most && Files.exists(packed(file, free))) {
            free++;
        }
        for (int i = free; i > 1; i--) {
            Files.move(packed(file, i - 1), packed(file, i), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

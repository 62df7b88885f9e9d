package dev.estiba.daemon.serve;

import dev.estiba.api.ApiException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** {@code pidfile}: a file with this process' number, for programs that look for it there. The daemon itself goes by its lock. */
record PidFile(Path path, long pid) implements AutoCloseable {
    private static final int MOST_DIGITS = 10;

    /** @throws ApiException 409 when the file has the number of another process that lives: pkg/pidfile of moby */
    static PidFile write(String name, long pid) throws IOException {
        Path path = Path.of(name);
        if (!path.isAbsolute()) {
            throw ApiException.badRequest("invalid pidfile " + name + ": must be an absolute path");
        }
        long other = read(path);
        if (other > 0 && other != pid && Files.exists(Path.of("/proc/" + other))) {
            throw ApiException.conflict("failed to start daemon, ensure it is not running or delete " + path
                    + ": process with PID " + other + " is still running");
        }
        Files.createDirectories(path.getParent());
        Files.writeString(path, Long.toString(pid), StandardCharsets.US_ASCII);
        return new PidFile(path, pid);
    }

    /** 0: there is no number in it. */
    private static long read(Path path) throws IOException {
        try {
            if (Files.size(path) > MOST_DIGITS + 1) {
                return 0;
            }
            String text = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
            return text.matches("[0-9]{1," + MOST_DIGITS + "}") ? Long.parseLong(text) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** Unless somebody else's number is in it by now. */
    @Override
    public void close() throws IOException {
        if (read(path) == pid) {
            Files.deleteIfExists(path);
        }
    }

    /** {@link #close} for who ends: a number that nobody has any more is no harm. */
    void remove() {
        try {
            close();
        } catch (IOException e) {
            System.getLogger(PidFile.class.getName())
                    .log(Level.WARNING, path + " cannot be removed: " + e.getMessage());
        }
    }
}

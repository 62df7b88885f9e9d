package dev.estiba.content.unpack;

import dev.estiba.content.tar.TarBytes;
import java.io.IOException;

/**
 * A layer that cannot be unpacked: it breaks a limit, names what cannot be, or the system refuses. In the latter case the cause is
 * the {@link dev.estiba.linux.ErrnoException}. The message reads {@code entry "usr/bin/x": …}.
 */
public final class UnpackException extends IOException {
    private static final long serialVersionUID = 1;

    UnpackException(String problem) {
        super(problem);
    }

    UnpackException(TarBytes entry, String problem) {
        super("entry " + entry.printable() + ": " + problem);
    }

    UnpackException(TarBytes entry, IOException cause) {
        super("entry " + entry.printable() + ": " + cause.getMessage(), cause);
    }
}

package dev.estiba.linux.netlink;

import dev.estiba.linux.number.Errno;
import java.io.IOException;

/** The kernel's refusal of a message, with its words where it has some. */
public final class NetlinkException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    NetlinkException(String purpose, int errno, String words) {
        super("cannot " + purpose + ": " + Errno.describe(errno) + (words.isEmpty() ? "" : " (" + words + ")"));
        this.errno = errno;
    }

    /** Whether it is that error. */
    public boolean is(Errno error) {
        return errno == error.number();
    }
}

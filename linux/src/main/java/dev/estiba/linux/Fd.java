package dev.estiba.linux;

import java.io.IOException;

/**
 * A descriptor and its owner: whoever holds this object closes it, once. Every descriptor that this package makes is
 * close-on-exec, and reaches another program only through {@link Spawn#with}.
 *
 * <p>Safe for several threads, but for one thing that no lock can help: a thread that closes it while another one is
 * inside a call with it. That is the owner's mistake.
 */
public final class Fd implements AutoCloseable {
    private static final int CLOSE = Frame.number("close");
    private static final int FCNTL = Frame.number("fcntl");
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int CLOSED = -1;

    private final String label;
    private final boolean owned;
    private volatile int number;

    private Fd(int number, String label, boolean owned) {
        this.number = number;
        this.label = label;
        this.owned = owned;
    }

    static Fd own(long number, String label) {
        return new Fd((int) number, label, true);
    }

    /** The descriptor 0, 1 or 2 of this process; closing it here does nothing. */
    public static Fd standard(Standard which) {
        return new Fd(which.ordinal(), which.name(), false);
    }

    /** The descriptors that every process has. */
    public enum Standard {
        INPUT,
        OUTPUT,
        ERROR
    }

    int number() throws IOException {
        int now = number;
        if (now == CLOSED) {
            throw new IOException(label + " is closed");
        }
        return now;
    }

    /** What it stands for, for messages. */
    public String label() {
        return label;
    }

    public boolean isOpen() {
        return number != CLOSED;
    }

    /**
     * Another descriptor of the same open file.
     *
     * @throws ErrnoException EMFILE above all
     */
    public Fd duplicate() throws IOException {
        return duplicateFrom(3);
    }

    /** Another descriptor of the same open file, with the lowest free number from that one on (fcntl(2)). */
    Fd duplicateFrom(int lowest) throws IOException {
        try (Frame frame = new Frame()) {
            long copy = frame.call(FCNTL, number(), F_DUPFD_CLOEXEC, lowest);
            return own(ErrnoException.check(copy, "fcntl(F_DUPFD_CLOEXEC)", label), label);
        }
    }

    /**
     * A path to it that works in this process alone, for the JDK's own classes; whoever opens it opens the file anew.
     */
    public String procPath() throws IOException {
        return "/proc/self/fd/" + number();
    }

    /**
     * Closes it. Whatever close(2) answers the number is gone then, so there is nothing that a caller could do about an
     * error; data that must be on the disk is synced before.
     */
    @Override
    public void close() {
        int now;
        synchronized (this) {
            now = number;
            number = CLOSED;
        }
        if (now != CLOSED && owned) {
            try (Frame frame = new Frame()) {
                frame.call(CLOSE, now);
            }
        }
    }

    @Override
    public String toString() {
        int now = number;
        return label + (now == CLOSED ? " (closed)" : " (" + now + ")");
    }
}

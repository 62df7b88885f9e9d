package dev.estiba.cli;

import dev.estiba.cli.remote.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Who called a command, and the process that it was called in: another one than this, with its own streams, directory,
 * environment and terminal. One call has one thread; what it registers is called from others.
 */
public interface Caller {
    /** Without the program's name. */
    List<String> arguments();

    Map<String, String> environment();

    /** Unbuffered, to the caller's descriptor 1; a broken pipe is an IOException. */
    OutputStream out();

    /** Unbuffered, to the caller's descriptor 2. */
    OutputStream err();

    /** The caller's descriptor 0; a read that waits ends when it is closed from another thread. */
    InputStream in();

    /** Whether the caller's descriptor 0, 1 or 2 is a terminal. */
    boolean isTerminal(int descriptor);

    /** The size of the caller's terminal, when it has one. */
    Optional<WindowSize> windowSize();

    /** Calls back when the terminal has another size; only the last one registered. */
    void onResize(Consumer<WindowSize> listener);

    /** Calls back with the number of each signal that the caller gets; only the last one registered. */
    void onSignal(IntConsumer listener);

    /** Puts the caller's terminal into raw mode, or back. */
    void raw(boolean on);

    /** The caller's working directory, absolute, on this host. */
    Path directory();

    /** Opens a file of the caller's for reading: relative to its directory, beneath its root. */
    InputStream open(String path) throws IOException;

    /**
     * Opens a regular file of the caller's for reading, as {@link #open}. Anything else is refused and never waited for: a
     * FIFO may have no writer, and a device no end.
     */
    InputStream openRegular(String path) throws IOException;

    /** What a path of the caller's is on this host. */
    String hostPath(String path) throws IOException;

    /** The caller's files, to copy them. */
    LocalFiles files();

    /**
     * Runs a program of the caller's, found in his PATH and with his environment and his standard error, and joins its standard input and
     * output. It is ended when the wire is closed.
     *
     * @param command its name and its arguments
     */
    default Wire program(List<String> command) throws IOException {
        throw new IOException(command.getFirst() + " cannot be run from here");
    }

    long uid();

    /** Whether the calling process has ended. */
    boolean gone();

    /** What is to happen when the calling process ends: at once when it has, by a thread of the caller's else. */
    void onGone(Runnable action);
}

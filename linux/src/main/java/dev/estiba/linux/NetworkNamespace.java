package dev.estiba.linux;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * network_namespaces(7): what is done in one. A namespace is a thread's, so each visit is made by a platform thread of its own,
 * which ends with it; a thread of a pool that could not return would do everybody's later work in the wrong network. What the
 * visit opens (sockets, files of /proc/sys/net) stays in the namespace wherever it is used later.
 *
 * <p>{@code /proc/net} is the process's, not the thread's: read {@code /proc/thread-self/net}.
 */
public final class NetworkNamespace {
    private static final int SETNS = Frame.number("setns");
    private static final int UNSHARE = Frame.number("unshare");
    private static final int CLONE_NEWNET = 0x40000000;
    private static final String OWN = "/proc/thread-self/ns/net";

    private NetworkNamespace() {}

    /** What is done in a namespace. */
    @FunctionalInterface
    public interface Visit<T> {
        T run() throws IOException;
    }

    /** The calling thread's. */
    public static Fd own() throws IOException {
        return Open.absolute(OWN, new Open.How(Open.READ, 0, 0));
    }

    /** A new one with nothing in it but a loopback that is down. It lives as long as somebody has it open, or is in it. */
    public static Fd create() throws IOException {
        return onThread("new network namespace", () -> {
            try (Frame frame = new Frame()) {
                ErrnoException.check(frame.call(UNSHARE, CLONE_NEWNET), "unshare", "a network namespace");
            }
            return own();
        });
    }

    /**
     * Carries something out in a namespace, and waits for its end.
     *
     * @param namespace stays the caller's
     */
    public static <T> T in(Fd namespace, Visit<T> visit) throws IOException {
        return onThread("in " + namespace.label(), () -> {
            enter(namespace);
            return visit.run();
        });
    }

    /**
     * A thread that spends its life in a namespace, not yet started.
     *
     * @param namespace duplicated; may be closed when this returns
     * @param failed told why the namespace could not be entered; the life is not begun then
     */
    public static Thread resident(String name, Fd namespace, Runnable life, Consumer<IOException> failed)
            throws IOException {
        Fd copy = namespace.duplicate();
        return Thread.ofPlatform().name(name).daemon().unstarted(() -> {
            try (copy) {
                enter(copy);
            } catch (IOException e) {
                failed.accept(e);
                return;
            }
            life.run();
        });
    }

    private static void enter(Fd namespace) throws IOException {
        try (Frame frame = new Frame()) {
            ErrnoException.check(
                    frame.call(SETNS, namespace.number(), CLONE_NEWNET),
                    "setns",
                    "the network of " + namespace.label());
        }
    }

    private static <T> T onThread(String name, Visit<T> visit) throws IOException {
        Outcome<T> outcome = new Outcome<>(visit);
        Thread thread = Thread.ofPlatform().name(name).daemon().start(outcome);
        boolean isInterrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        return outcome.get();
    }

    /** Written by the thread, read after its end. */
    private static final class Outcome<T> implements Runnable {
        private final Visit<T> visit;
        private @Nullable T result;
        private @Nullable Throwable failure;

        Outcome(Visit<T> visit) {
            this.visit = visit;
        }

        @Override
        public void run() {
            try {
                result = visit.run();
            } catch (Throwable e) {
                failure = e;
            }
        }

        T get() throws IOException {
            switch (failure) {
                case null -> {
                    if (result == null) {
                        throw new IllegalStateException("the visit has no result");
                    }
                    return result;
                }
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            }
        }
    }
}

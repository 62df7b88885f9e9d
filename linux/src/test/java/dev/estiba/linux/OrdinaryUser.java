package dev.estiba.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** A thread that is nobody special: without the C library's help setresuid(2) changes one thread alone. */
final class OrdinaryUser {
    static final int ID = 12345;
    private static final int DUMPABLE = 4;

    private OrdinaryUser() {}

    /** Runs it as that user, and what it starts; its exception is thrown. */
    static <T> T call(Callable<T> work) throws Exception {
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try (Frame frame = new Frame()) {
                ErrnoException.check(frame.call(Frame.number("setgroups"), 0, 0), "setgroups", "none");
                ErrnoException.check(frame.call(Frame.number("setresgid"), ID, ID, ID), "setresgid", "it");
                ErrnoException.check(frame.call(Frame.number("setresuid"), ID, ID, ID), "setresuid", "it");
                // The kernel has just hidden the process's /proc from itself, for all of its threads (proc(5)).
                frame.call(Frame.number("prctl"), DUMPABLE, 1, 0, 0, 0);
                result.set(work.call());
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread.join();
        switch (failure.get()) {
            case null -> {
                return result.get();
            }
            case Exception e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        }
    }
}

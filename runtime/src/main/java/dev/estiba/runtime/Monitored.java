package dev.estiba.runtime;

import dev.estiba.linux.Pidfd;
import dev.estiba.runtime.local.Execution;
import java.io.IOException;

/**
 * A process and its monitor, which is a child of this JVM as long as both live: whoever holds this calls {@link #awaitEnd},
 * or there is a zombie. How the process has ended is in the monitor's exit file, and told to its clients.
 */
public final class Monitored implements AutoCloseable {
    private final Execution execution;
    private final int pid;

    private Monitored(Execution execution, int pid) {
        this.execution = execution;
        this.pid = pid;
    }

    static Monitored made(Execution execution) throws IOException {
        boolean there = false;
        try {
            int pid = execution.made();
            there = true;
            return new Monitored(execution, pid);
        } finally {
            if (!there) {
                execution.close();
            }
        }
    }

    /** The process, in this JVM's pid namespace. */
    public int pid() {
        return pid;
    }

    /** The monitor, which stays this object's. */
    public Pidfd monitor() {
        return execution.executor();
    }

    /** Waits until the monitor itself has ended, and reaps it. */
    public void awaitEnd() throws IOException {
        execution.executor().reap();
    }

    /** Lets both go on by themselves. */
    @Override
    public void close() {
        execution.close();
    }
}

package dev.estiba.engine.network;

import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Network namespaces that are made before somebody needs one: making one takes longer than all that is done in it. */
final class NamespacePool implements AutoCloseable {
    private static final int PREPARED = 2;

    private static final Logger LOG = System.getLogger(NamespacePool.class.getName());

    private final ArrayBlockingQueue<Fd> prepared = new ArrayBlockingQueue<>(PREPARED);
    private final ExecutorService maker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "network namespaces");
        thread.setDaemon(true);
        return thread;
    });

    /** The caller's from here on. The next one is made meanwhile. */
    Fd take() throws IOException {
        Optional<Fd> ready = Optional.ofNullable(prepared.poll());
        maker.execute(this::prepare);
        return ready.isPresent() ? ready.get() : NetworkNamespace.create();
    }

    private void prepare() {
        try {
            while (prepared.remainingCapacity() > 0) {
                Fd made = NetworkNamespace.create();
                if (maker.isShutdown() || !prepared.offer(made)) {
                    made.close();
                    return;
                }
            }
        } catch (IOException e) {
            // Whoever needs one makes it himself, and is told why he cannot.
            LOG.log(Level.DEBUG, "no network namespace can be prepared: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        // Waits for the one that is being made.
        maker.close();
        for (Fd left = prepared.poll(); left != null; left = prepared.poll()) {
            left.close();
        }
    }
}

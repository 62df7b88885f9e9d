package dev.estiba.network;

import dev.estiba.linux.Epoll;
import dev.estiba.linux.Fd;
import dev.estiba.linux.NetworkNamespace;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;

/**
 * One thread that lives in a network namespace and serves many sockets, none of which may make it wait. What is registered with it is
 * used by that thread alone.
 */
public final class EventLoop implements AutoCloseable {
    private static final Logger LOG = System.getLogger(EventLoop.class.getName());
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Epoll epoll;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<Long, Registration> registrations = new HashMap<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(timer -> timer.due));
    private final CompletableFuture<Boolean> entered = new CompletableFuture<>();
    private long nextToken;
    private volatile boolean isClosed;
    /** Guarded by {@link #tasks}: none is taken any more. */
    private boolean isOver;

    private EventLoop(String name, Fd namespace, Epoll epoll) throws IOException {
        this.epoll = epoll;
        this.thread = NetworkNamespace.resident(name, namespace, this::live, entered::completeExceptionally);
    }

    /** What serves a socket. What it throws ends that socket's service ({@link #failed}), and no other's. */
    public interface Handler {
        void ready(boolean readable, boolean writable) throws IOException;

        /** It is not served any more; to be closed by this. */
        void failed(Throwable cause);
    }

    /** A socket that is served. */
    public final class Registration {
        private final long token;
        private final Fd fd;
        private final Handler handler;
        private boolean isReading;
        private boolean isWriting;

        private Registration(long token, Fd fd, Handler handler, boolean isReading, boolean isWriting) {
            this.token = token;
            this.fd = fd;
            this.handler = handler;
            this.isReading = isReading;
            this.isWriting = isWriting;
        }

        /** What is waited for from now on. */
        public void await(boolean reading, boolean writing) throws IOException {
            if (reading != isReading || writing != isWriting) {
                epoll.change(fd, token, reading, writing);
                isReading = reading;
                isWriting = writing;
            }
        }

        /** Ends the service; the socket stays open. */
        public void cancel() {
            if (registrations.remove(token) != null) {
                try {
                    epoll.remove(fd);
                } catch (IOException e) {
                    LOG.log(Level.DEBUG, "a socket was closed before its service ended", e);
                }
            }
        }
    }

    /** Something that is done later, unless it is cancelled. */
    public static final class Timer {
        private final long due;
        private final Runnable task;
        private boolean isCancelled;

        private Timer(long due, Runnable task) {
            this.due = due;
            this.task = task;
        }

        public void cancel() {
            isCancelled = true;
        }
    }

    /** @param namespace duplicated; the sockets that the thread makes are of it */
    public static EventLoop start(String name, Fd namespace) throws IOException {
        Epoll epoll = Epoll.open();
        try {
            EventLoop loop = new EventLoop(name, namespace, epoll);
            loop.thread.start();
            boolean unused = await(loop.entered);
            return loop;
        } catch (IOException e) {
            epoll.close();
            throw e;
        }
    }

    private static <T> T await(CompletableFuture<T> result) throws IOException {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the network's thread", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case null, default -> throw new IOException("the network's thread has failed", e);
            }
        }
    }

    /** Has the thread do something soon. For any thread. */
    public void execute(Runnable task) throws IOException {
        synchronized (tasks) {
            if (isOver) {
                throw new IOException("the network's thread has ended");
            }
            tasks.add(task);
            epoll.wake();
        }
    }

    /** Has the thread do something, and waits for it. For any other thread. */
    public <T> T call(NetworkNamespace.Visit<T> visit) throws IOException {
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(() -> {
            try {
                result.complete(visit.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return await(result);
    }

    /** Serves a socket. For the thread alone. */
    public Registration register(Fd fd, Handler handler, boolean reading, boolean writing) throws IOException {
        nextToken++;
        Registration registration = new Registration(nextToken, fd, handler, reading, writing);
        epoll.add(fd, nextToken, reading, writing);
        registrations.put(nextToken, registration);
        return registration;
    }

    /** Has something done later. For the thread alone. */
    public Timer after(Duration delay, Runnable task) {
        Timer timer = new Timer(System.nanoTime() + delay.toNanos(), task);
        timers.add(timer);
        return timer;
    }

    private void live() {
        entered.complete(true);
        while (!isClosed) {
            try {
                for (Epoll.Event event : epoll.await(untilNextTimer())) {
                    serve(event);
                }
            } catch (IOException e) {
                LOG.log(Level.ERROR, "the network's thread cannot wait for its sockets", e);
                break;
            }
            for (Timer timer = timers.peek();
                    timer != null && timer.due - System.nanoTime() <= 0;
                    timer = timers.peek()) {
                timers.remove(timer);
                if (!timer.isCancelled) {
                    run(timer.task);
                }
            }
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                run(task);
            }
        }
        synchronized (tasks) {
            isOver = true;
        }
        // Whoever waits for one of these is not left waiting.
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            run(task);
        }
        registrations.values().stream().toList().forEach(each -> end(each, new IOException("the network is closed")));
        epoll.close();
    }

    private Duration untilNextTimer() {
        while (true) {
            Timer next = timers.peek();
            if (next == null) {
                return LONGEST;
            }
            if (next.isCancelled) {
                timers.remove(next);
                continue;
            }
            return Duration.ofNanos(Math.clamp(next.due - System.nanoTime(), 0, LONGEST.toNanos()));
        }
    }

    private void serve(Epoll.Event event) {
        Registration registration = registrations.get(event.token());
        if (registration == null) {
            return;
        }
        try {
            registration.handler.ready(event.readable(), event.writable());
        } catch (IOException | RuntimeException e) {
            end(registration, e);
        }
    }

    private static void end(Registration registration, Exception cause) {
        registration.cancel();
        run(() -> registration.handler.failed(cause));
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a task of the network's thread has failed", e);
        }
    }

    /** Ends the thread and every service. */
    @Override
    public void close() {
        try {
            execute(() -> isClosed = true);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the network's thread has ended before", e);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.estiba.engine.event;

import dev.estiba.api.ApiException;
import dev.estiba.api.Event;
import dev.estiba.api.EventSink;
import dev.estiba.api.EventsOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tells who listens what happens, in the order in which it does, and keeps the newest of it for those who ask later: also across
 * the end of this process, not of this boot. A listener that does not keep up is let go: it is told so, and can ask again from
 * where it was. Safe for all threads.
 */
public final class Events {
    private static final Logger LOG = System.getLogger(Events.class.getName());
    private static final int KEPT = 4096;
    private static final int MOST_UNREAD = 8192;
    private static final long NANOS = 1_000_000_000;

    private final Path directory;
    private final Deque<Event> newest = new ArrayDeque<>();
    private final List<BlockingQueue<Event>> listeners = new CopyOnWriteArrayList<>();
    private Optional<Journal> journal = Optional.empty();
    private long last;

    /** @param directory where they are kept, once that is asked for */
    public Events(Path directory) {
        this.directory = directory;
    }

    /** From here on there is somebody who stays: what has been kept is read, and what happens is kept. */
    public synchronized void keep() throws IOException {
        if (journal.isEmpty()) {
            Journal opened = Journal.open(directory);
            for (Event event : Journal.read(directory, KEPT)) {
                newest.addLast(event);
                last = event.timeNano();
            }
            journal = Optional.of(opened);
        }
    }

    /** @param attributes as {@link Event#attributes} */
    public synchronized void publish(String type, String action, String id, Map<String, String> attributes) {
        if (journal.isEmpty()) {
            return; // this process does not stay, and nobody can listen to it
        }
        Instant now = Instant.now();
        last = Math.max(last + 1, now.getEpochSecond() * NANOS + now.getNano());
        Event event = new Event(type, action, id, attributes, last);
        newest.addLast(event);
        if (newest.size() > KEPT) {
            newest.removeFirst();
        }
        for (BlockingQueue<Event> listener : listeners) {
            if (!listener.offer(event)) {
                listeners.remove(listener);
            }
        }
        try {
            journal.get().add(event);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an event could not be kept: " + e.getMessage());
        }
    }

    /** As {@link dev.estiba.api.EngineApi#events}. */
    public void tell(EventsOptions options, EventSink to) throws IOException {
        EventFilter filter = EventFilter.of(options.filters());
        BlockingQueue<Event> coming = new LinkedBlockingQueue<>(MOST_UNREAD);
        List<Event> before;
        synchronized (this) {
            if (journal.isEmpty()) {
                throw ApiException.notImplemented("events need the daemon");
            }
            before = new ArrayList<>(newest);
            listeners.add(coming);
        }
        try {
            long since = options.since().map(Events::nanos).orElse(Long.MAX_VALUE);
            long until = options.until().map(Events::nanos).orElse(Long.MAX_VALUE);
            boolean asksBack = options.since().isPresent() || options.until().isPresent();
            for (Event event : before) {
                boolean isAsked = options.since().isPresent() ? event.timeNano() >= since : asksBack;
                if (isAsked && event.timeNano() <= until && filter.matches(event)) {
                    to.tell(event);
                }
            }
            tellComing(coming, until, filter, to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            listeners.remove(coming);
        }
    }

    private void tellComing(BlockingQueue<Event> coming, long until, EventFilter filter, EventSink to)
            throws IOException, InterruptedException {
        while (true) {
            Event next;
            if (until == Long.MAX_VALUE) {
                next = coming.poll(1, TimeUnit.MINUTES);
            } else {
                Duration left = Duration.between(Instant.now(), Instant.ofEpochSecond(until / NANOS, until % NANOS));
                if (left.isNegative()) {
                    return;
                }
                next = coming.poll(Math.min(left.toMillis() + 1, 60_000), TimeUnit.MILLISECONDS);
            }
            if (next == null) {
                if (!listeners.contains(coming)) {
                    throw ApiException.serverError("too many events have not been read; ask again with since");
                }
            } else if (next.timeNano() > until) {
                return;
            } else if (filter.matches(next)) {
                to.tell(next);
            }
        }
    }

    /** What is kept of one thing's past, the oldest first; also for who does not stay and has it from who does. */
    public synchronized List<Event> of(String id) throws IOException {
        List<Event> known = journal.isPresent() ? new ArrayList<>(newest) : Journal.read(directory, KEPT);
        known.removeIf(event -> !event.id().equals(id));
        return known;
    }

    public int listeners() {
        return listeners.size();
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * NANOS + instant.getNano();
    }
}

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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    /** How late who listens is told of what other processes have done. */
    private static final long LOOK_MILLIS = 250;

    private static final long NANOS = 1_000_000_000;

    private final Path directory;
    private final Deque<Event> newest = new ArrayDeque<>();
    private final List<BlockingQueue<Event>> listeners = new CopyOnWriteArrayList<>();
    /** Others' events that are kept and whose files are still there: they could not be removed, or there was no time to. */
    private final Set<String> taken = new HashSet<>();

    private Optional<Journal> journal = Optional.empty();
    private Optional<Outbox> outbox = Optional.empty();
    private long last;

    /** @param directory where they are kept, once that is asked for */
    public Events(Path directory) {
        this.directory = directory;
    }

    /** From here on there is somebody who stays: what has been kept is read, and what happens is kept. */
    public synchronized void keep() throws IOException {
        if (journal.isEmpty()) {
            Journal opened = Journal.open(directory);
            List<Journal.Line> lines = Journal.lines(directory);
            lines.forEach(each -> taken.add(each.source()));
            for (Journal.Line line : lines.subList(Math.max(0, lines.size() - KEPT), lines.size())) {
                newest.addLast(line.event());
                last = line.event().timeNano();
            }
            outbox = Optional.of(Outbox.open(directory));
            journal = Optional.of(opened);
            takeIn();
        }
    }

    /** @param attributes as {@link Event#attributes} */
    public synchronized void publish(String type, String action, String id, Map<String, String> attributes) {
        if (journal.isEmpty()) {
            return; // this process does not stay, and nobody can listen to it
        }
        takeIn();
        long now = nanos(Instant.now());
        publish(new Event(type, action, id, attributes, Math.max(last + 1, now)), "");
    }

    /**
     * The same of what is everybody's on this machine: when this process does not stay, the one that does is told, now or when there is
     * one again. It costs files, so it is for what happens seldom.
     */
    public synchronized void report(String type, String action, String id, Map<String, String> attributes) {
        if (journal.isPresent()) {
            publish(type, action, id, attributes);
            return;
        }
        last = Math.max(last + 1, nanos(Instant.now()));
        try {
            Outbox.put(directory, new Event(type, action, id, attributes, last));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an event could not be handed on: " + e.getMessage());
        }
    }

    private void publish(Event event, String source) {
        last = event.timeNano();
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
            journal.orElseThrow().add(event, source);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an event could not be kept: " + e.getMessage());
        }
    }

    /**
     * Tells what other processes have put into the outbox. When this one is killed between writing one down and removing its file, the next
     * one finds it among what was kept.
     */
    private synchronized void takeIn() {
        if (outbox.isEmpty() || !outbox.get().hasMore()) {
            return;
        }
        Set<String> left = new HashSet<>();
        try {
            for (Outbox.Waiting each : outbox.get().waiting()) {
                if (taken.add(each.name())) {
                    publish(timed(each.event()), each.name());
                }
                if (!outbox.get().remove(each.name())) {
                    left.add(each.name());
                }
            }
            taken.retainAll(left);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "events of other processes could not be read: " + e.getMessage());
        }
    }

    /** With a time that is later than that of all before, and not to come: what somebody has been told is never added to. */
    private Event timed(Event event) {
        long time = Math.max(last + 1, Math.min(event.timeNano(), nanos(Instant.now())));
        return new Event(event.type(), event.action(), event.id(), event.attributes(), time);
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
            takeIn();
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
                next = coming.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                Duration left = Duration.between(Instant.now(), Instant.ofEpochSecond(until / NANOS, until % NANOS));
                if (left.isNegative()) {
                    return;
                }
                next = coming.poll(Math.min(left.toMillis() + 1, LOOK_MILLIS), TimeUnit.MILLISECONDS);
            }
            if (next == null) {
                if (!listeners.contains(coming)) {
                    throw ApiException.serverError("too many events have not been read; ask again with since");
                }
                takeIn();
            } else if (next.timeNano() > until) {
                return;
            } else if (filter.matches(next)) {
                to.tell(next);
            }
        }
    }

    /** What is kept of one thing's past, the oldest first; also for who does not stay and has it from who does. */
    public synchronized List<Event> of(String id) throws IOException {
        takeIn();
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

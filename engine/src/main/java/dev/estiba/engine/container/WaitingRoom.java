package dev.estiba.engine.container;

import dev.estiba.linux.Epoll;
import dev.estiba.linux.Fd;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One thread that waits for many descriptors, each until it can be read once: a thread for each of a thousand containers would
 * take a hundred megabytes to do nothing. There is one in a process, from the first wait on.
 */
final class WaitingRoom {
    static final WaitingRoom SHARED = new WaitingRoom();

    private static final Logger LOG = System.getLogger(WaitingRoom.class.getName());
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final Map<Long, Waiting> waiting = new HashMap<>();
    private long tokens;
    private Optional<Epoll> kernel = Optional.empty();

    private record Waiting(Fd fd, Runnable then) {}

    private WaitingRoom() {}

    /**
     * @param fd stays the caller's, and open until {@code then} is called
     * @param then is not to take long: all others wait for it
     * @throws IOException when it cannot be waited for here
     */
    synchronized void await(Fd fd, Runnable then) throws IOException {
        if (kernel.isEmpty()) {
            Epoll opened = Epoll.open();
            kernel = Optional.of(opened);
            Thread.ofPlatform().daemon(true).name("ends").start(() -> serve(opened));
        }
        long token = tokens++;
        waiting.put(token, new Waiting(fd, then));
        boolean isHeld = false;
        try {
            kernel.get().add(fd, token, true, false);
            isHeld = true;
        } finally {
            if (!isHeld) {
                waiting.remove(token);
            }
        }
    }

    private synchronized Optional<Waiting> over(long token) {
        return Optional.ofNullable(waiting.remove(token));
    }

    private void serve(Epoll opened) {
        while (true) {
            try {
                for (Epoll.Event event : opened.await(FOR_EVER)) {
                    Optional<Waiting> one = over(event.token());
                    if (one.isPresent()) {
                        opened.remove(one.get().fd());
                        one.get().then().run();
                    }
                }
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.ERROR, "the ends of containers cannot be waited for", e);
            }
        }
    }
}

package dev.estiba.doors.docker;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a connection does when a time is over, one thing at a time. Of the connection's thread. */
final class Clock {
    private Optional<ScheduledFuture<?>> running = Optional.empty();

    boolean isRunning() {
        return running.isPresent();
    }

    void start(EventLoop loop, Duration time, Runnable then) {
        stop();
        running = Optional.of(loop.schedule(then, time.toNanos(), TimeUnit.NANOSECONDS));
    }

    void stop() {
        running.ifPresent(each -> each.cancel(false));
        running = Optional.empty();
    }
}

package dev.estiba.engine.container;

import dev.estiba.linux.Fd;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachClient.Wants;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One run of a container as this JVM knows it: who waits for its end, and who was attached before its start. Safe for all
 * threads.
 */
final class Run {
    private final CompletableFuture<Status.Ended> ended = new CompletableFuture<>();
    private final CompletableFuture<Status.Ended> removed = new CompletableFuture<>();
    private final List<AttachClient.Given> given = new ArrayList<>();
    private boolean begun;
    private boolean unheard;
    private Optional<String> monitor = Optional.empty();

    /** Completed when its end is written down. */
    CompletableFuture<Status.Ended> ended() {
        return ended;
    }

    /** Completed when the container has been removed. */
    CompletableFuture<Status.Ended> removed() {
        return removed;
    }

    boolean isRemovalAwaited() {
        return removed.getNumberOfDependents() > 0;
    }

    /** A client for a monitor that is still to be started; empty when it has been. */
    synchronized Optional<AttachClient> attach(Set<Wants> wants) throws IOException {
        if (begun) {
            return Optional.empty();
        }
        AttachClient.Given client = AttachClient.given(wants);
        given.add(client);
        return Optional.of(client.client());
    }

    /** Whether it is no longer to come. */
    synchronized boolean hasBegun() {
        return begun;
    }

    /** Which monitor it has, as {@link Observer#monitor} has it: what tells it from the container's next run. */
    synchronized void isOf(Optional<String> known) {
        monitor = known;
    }

    synchronized Optional<String> monitor() {
        return monitor;
    }

    /** Whether its end will be heard of. */
    synchronized boolean isFollowed() {
        return begun && !unheard;
    }

    /** Its monitor has gone without a word. */
    synchronized void unheard() {
        unheard = true;
    }

    /** The monitor's ends of the clients so far; from here on, clients connect. They are this object's. */
    synchronized List<Fd> begin() {
        begun = true;
        return given.stream().map(AttachClient.Given::theirs).toList();
    }

    /** The monitor has them, or there will be none. */
    synchronized void handedOver() {
        given.forEach(AttachClient.Given::close);
        given.clear();
    }

    /** There is no run: whoever waits is told. */
    void failed(IOException why) {
        handedOver();
        ended.completeExceptionally(why);
        removed.completeExceptionally(why);
    }
}

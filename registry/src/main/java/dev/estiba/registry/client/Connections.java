package dev.estiba.registry.client;

import dev.estiba.registry.http.Clients;
import dev.estiba.registry.http.Patience;
import dev.estiba.registry.http.Proxies;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What one {@link Registry} leaves to the next: open connections, and how hosts are spoken to. For as long as somebody uses it, and
 * a moment more; nothing that is a secret is in it. Safe for all threads.
 */
public final class Connections implements AutoCloseable {
    /** As long as the JDK keeps a connection that nobody uses. */
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final Executor later = CompletableFuture.delayedExecutor(KEPT.toMillis(), TimeUnit.MILLISECONDS);
    private final Map<Kind, Kept> kept = new HashMap<>(); // guarded by this
    private final Map<Endpoint, Spoken> spoken = new HashMap<>(); // guarded by this

    private record Kind(Patience patience, Proxies proxies, String agent) {}

    private record Spoken(URI base, long since) {}

    private static final class Kept {
        final Clients clients;
        int users;
        long left;

        Kept(Clients clients) {
            this.clients = clients;
        }
    }

    /** Given back by {@link #leave}. */
    synchronized Clients enter(RegistrySettings settings) {
        Kept one = kept.computeIfAbsent(
                kind(settings), kind -> new Kept(new Clients(kind.patience(), kind.proxies(), kind.agent())));
        one.users++;
        return one.clients;
    }

    synchronized void leave(RegistrySettings settings) {
        Kept one = kept.get(kind(settings));
        if (one != null && --one.users == 0) {
            one.left = System.nanoTime();
            later.execute(this::closeUnused);
        }
    }

    private static Kind kind(RegistrySettings settings) {
        return new Kind(settings.patience(), settings.proxies(), settings.agent());
    }

    private synchronized void closeUnused() {
        long now = System.nanoTime();
        kept.values().removeIf(each -> {
            boolean unused = each.users == 0 && now - each.left >= KEPT.toNanos();
            if (unused) {
                each.clients.close();
            }
            return unused;
        });
        spoken.values().removeIf(each -> now - each.since() >= KEPT.toNanos());
    }

    /** The scheme that a host was found to speak not long ago. */
    synchronized Optional<URI> base(Endpoint endpoint) {
        return Optional.ofNullable(spoken.get(endpoint))
                .filter(each -> System.nanoTime() - each.since() < KEPT.toNanos())
                .map(Spoken::base);
    }

    synchronized void found(Endpoint endpoint, URI base) {
        spoken.put(endpoint, new Spoken(base, System.nanoTime()));
    }

    /** It no longer answers there: the next one asks anew. */
    synchronized void lost(Endpoint endpoint) {
        spoken.remove(endpoint);
    }

    /** Ends what still runs. */
    @Override
    public synchronized void close() {
        kept.values().forEach(each -> each.clients.close());
        kept.clear();
        spoken.clear();
    }
}

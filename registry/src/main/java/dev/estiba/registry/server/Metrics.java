package dev.estiba.registry.server;

import dev.estiba.content.store.Store;
import dev.estiba.registry.metrics.MetricsText;
import dev.estiba.registry.metrics.MetricsText.Kind;
import dev.estiba.registry.metrics.StoredBlobs;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the server has done, for {@code /metrics}. Safe for all threads. */
final class Metrics {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final String OURS = "estiba_registry_";

    private final StoredBlobs stored;
    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final LongAdder in = new LongAdder();
    private final LongAdder out = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();

    Metrics(Store store) {
        stored = new StoredBlobs(store);
    }

    void answered(String method, int status, long bytes) {
        String known = METHODS.contains(method) ? method : "other";
        String labels = "{method=\"" + known + "\",code=\"" + status + "\"}";
        requests.computeIfAbsent(labels, any -> new LongAdder()).increment();
        out.add(bytes);
    }

    void received(long bytes) {
        in.add(bytes);
    }

    int connected() {
        return connections.incrementAndGet();
    }

    void disconnected() {
        connections.decrementAndGet();
    }

    Reply reply(int uploads) throws IOException {
        MetricsText text = new MetricsText();
        text.family(OURS + "requests_total", Kind.COUNTER, "Requests that were answered");
        requests.forEach((labels, count) -> text.sample(OURS + "requests_total" + labels, count.sum()));
        StoredBlobs.Counted now = stored.now();
        text.one(OURS + "received_bytes_total", Kind.COUNTER, "Bytes of requests' bodies", in.sum())
                .one(OURS + "sent_bytes_total", Kind.COUNTER, "Bytes of answers' bodies", out.sum())
                .one(OURS + "connections", Kind.GAUGE, "Open connections", connections.get())
                .one(OURS + "uploads", Kind.GAUGE, "Uploads that were begun and have not ended", uploads)
                .one(OURS + "blobs", Kind.GAUGE, "Blobs in the store", now.blobs())
                .one(OURS + "blob_bytes", Kind.GAUGE, "Bytes of blobs in the store", now.bytes());
        return Reply.of(200).with("Content-Type", MetricsText.CONTENT_TYPE).body(text.bytes());
    }
}

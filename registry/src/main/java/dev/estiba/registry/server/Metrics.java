package dev.estiba.registry.server;

import dev.estiba.content.store.Store;
import dev.estiba.oci.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the server has done, in Prometheus' text format 0.0.4. Safe for all threads. */
final class Metrics {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final long FRESH = TimeUnit.SECONDS.toNanos(30);

    private final Store store;
    private final Map<String, LongAdder> requests = new ConcurrentSkipListMap<>();
    private final LongAdder in = new LongAdder();
    private final LongAdder out = new LongAdder();
    private final AtomicInteger connections = new AtomicInteger();
    private Stored stored = new Stored(0, 0, Long.MIN_VALUE);

    private record Stored(long blobs, long bytes, long at) {}

    Metrics(Store store) {
        this.store = store;
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
        StringBuilder text = new StringBuilder();
        head(text, "requests_total", "counter", "Requests that were answered");
        requests.forEach((labels, count) -> line(text, "requests_total" + labels, count.sum()));
        head(text, "received_bytes_total", "counter", "Bytes of requests' bodies");
        line(text, "received_bytes_total", in.sum());
        head(text, "sent_bytes_total", "counter", "Bytes of answers' bodies");
        line(text, "sent_bytes_total", out.sum());
        head(text, "connections", "gauge", "Open connections");
        line(text, "connections", connections.get());
        head(text, "uploads", "gauge", "Uploads that were begun and have not ended");
        line(text, "uploads", uploads);
        Stored now = stored();
        head(text, "blobs", "gauge", "Blobs in the store");
        line(text, "blobs", now.blobs);
        head(text, "blob_bytes", "gauge", "Bytes of blobs in the store");
        line(text, "blob_bytes", now.bytes);
        return Reply.of(200)
                .with("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                .body(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void head(StringBuilder text, String name, String type, String meaning) {
        text.append("# HELP estiba_registry_")
                .append(name)
                .append(' ')
                .append(meaning)
                .append('\n');
        text.append("# TYPE estiba_registry_")
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append("estiba_registry_").append(name).append(' ').append(value).append('\n');
    }

    private synchronized Stored stored() throws IOException {
        if (stored.at == Long.MIN_VALUE || System.nanoTime() - stored.at > FRESH) {
            long blobs = 0;
            long bytes = 0;
            for (Digest each : store.blobs().all()) {
                blobs++;
                bytes += store.blobs().size(each).orElse(0);
            }
            stored = new Stored(blobs, bytes, System.nanoTime());
        }
        return stored;
    }
}

package dev.estiba.daemon.tracing;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Sends spans to a collector, many at a time, by a thread of its own. Nobody waits for it: what it has no room for, and what the collector
 * does not take, is lost.
 */
final class SpanExport {
    private static final Logger LOG = System.getLogger(SpanExport.class.getName());
    private static final int WAITING = 2048;
    private static final int TOGETHER = 512;
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(2);

    private final Collector collector;
    private final String version;
    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(WAITING);
    private boolean isComplained;

    SpanExport(Collector collector, String version) {
        this.collector = collector;
        this.version = version;
    }

    void begin() {
        Thread.ofPlatform().name("traces").daemon(true).start(this::go);
    }

    void add(Span span) {
        boolean unused = waiting.offer(span);
    }

    private void go() {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIME)
                .build();
        try {
            while (true) {
                send(client, next());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As many as come within a moment after the first. */
    private List<Span> next() throws InterruptedException {
        List<Span> spans = new ArrayList<>(List.of(waiting.take()));
        long end = System.nanoTime() + PAUSE;
        while (spans.size() < TOGETHER) {
            Span more = waiting.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (more == null) {
                break;
            }
            spans.add(more);
        }
        return spans;
    }

    private void send(HttpClient client, List<Span> spans) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(collector.endpoint())
                .timeout(TIME)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(SpanDocument.of(collector.service(), version, spans)));
        collector.headers().forEach(request::setHeader);
        try {
            int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status >= 300) {
                throw new IOException("status " + status);
            }
            isComplained = false;
        } catch (IOException e) {
            if (!isComplained) {
                isComplained = true;
                LOG.log(
                        Level.WARNING,
                        "traces are lost, because " + collector.endpoint() + " does not take them: " + e);
            }
        }
    }
}

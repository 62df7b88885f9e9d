package dev.estiba.registry.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends requests: one at a time each, with another try when the server was busy or the connection broke. Redirects and
 * refusals are answers here. Safe for all threads.
 */
public final class Exchange {
    /** What may pass by itself (RFC 9110, section 15; RFC 6585, section 4). */
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

    private final HttpClient client;
    private final Proxies proxies;
    private final Patience patience;
    private final String agent;

    /**
     * @param client one that follows no redirects and knows no secrets; borrowed
     * @param agent how we call ourselves
     */
    Exchange(HttpClient client, Proxies proxies, Patience patience, String agent) {
        this.client = client;
        this.proxies = proxies;
        this.patience = patience;
        this.agent = agent;
    }

    public Patience patience() {
        return patience;
    }

    /**
     * The server's answer, whatever it says; the caller closes it.
     *
     * @throws Unreachable when nothing could be sent
     * @throws TransferFailure when it broke each time
     */
    public Answer send(Call call, Tries tries, Transfers transfers) throws IOException {
        while (true) {
            try {
                Answer answer = once(call, transfers);
                Optional<Duration> wait = Backoff.before(tries.number(), answer, patience);
                boolean over = tries.isLast() || !call.canBeRepeated() || wait.isEmpty();
                if (over || !PASSING.contains(answer.status())) {
                    return answer;
                }
                answer.discard();
                tries.await(wait.get(), transfers);
            } catch (TransferFailure e) {
                if (!call.canBeRepeated()) {
                    throw e;
                }
                tries.failed(e, transfers);
            }
        }
    }

    /** With as many tries as there are. */
    public Answer send(Call call, Transfers transfers) throws IOException {
        return send(call, Tries.of(patience), transfers);
    }

    private Answer once(Call call, Transfers transfers) throws IOException {
        AtomicLong sent = new AtomicLong();
        String place = Failures.place(call.uri());
        HttpRequest request = checked(call, sent);
        CompletableFuture<HttpResponse<BodyStream>> future =
                client.sendAsync(request, head -> new BodyStream(patience, transfers, place));
        Transfers.Running running = () -> future.cancel(true);
        transfers.add(running);
        try {
            HttpResponse<BodyStream> response = await(future, call, sent);
            transfers.add(response.body());
            return new Answer(call, response.statusCode(), response.headers(), response.body());
        } finally {
            transfers.remove(running);
        }
    }

    /** Until the head is there; what is being sent meanwhile must go forward. */
    private HttpResponse<BodyStream> await(
            CompletableFuture<HttpResponse<BodyStream>> future, Call call, AtomicLong sent) throws IOException {
        try {
            while (true) {
                long before = sent.get();
                Duration time = before == call.streamed() ? patience.commit() : patience.stall();
                try {
                    return future.get(time.toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (sent.get() == before) {
                        future.cancel(true);
                        throw new TransferFailure(Failures.place(call.uri()) + " has not answered for "
                                + time.toMillis() / 1000.0 + " seconds");
                    }
                }
            }
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + Failures.place(call.uri()));
        } catch (CancellationException e) {
            throw new IOException("the request to " + Failures.place(call.uri()) + " was ended", e);
        } catch (ExecutionException e) {
            throw Failures.of(call.uri(), e.getCause() == null ? e : e.getCause());
        }
    }

    /** The JDK's own refusal has the header's value in it, which may be a secret. */
    private HttpRequest checked(Call call, AtomicLong sent) throws IOException {
        try {
            return request(call, sent);
        } catch (IllegalArgumentException e) {
            throw new IOException("the request to " + Failures.place(call.uri())
                    + " would have a header that HTTP does not allow (of "
                    + call.headers().keySet() + ")");
        }
    }

    private HttpRequest request(Call call, AtomicLong sent) {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri());
        request.setHeader("User-Agent", agent);
        if (call.uri().getScheme().equalsIgnoreCase("http")) {
            request.version(HttpClient.Version.HTTP_1_1); // no attempt to change over, which old servers take amiss
        }
        call.headers().forEach(request::setHeader);
        proxies.authorization(call.uri()).ifPresent(value -> request.setHeader("Proxy-Authorization", value));
        return request.method(call.method(), publisher(call, sent)).build();
    }

    private static HttpRequest.BodyPublisher publisher(Call call, AtomicLong sent) {
        if (call.content().isEmpty()) {
            boolean lengthWanted = call.method().equals("POST") || call.method().equals("PUT");
            return lengthWanted
                    ? HttpRequest.BodyPublishers.ofByteArray(new byte[0])
                    : HttpRequest.BodyPublishers.noBody();
        }
        return switch (call.content().get()) {
            case Call.Content.Bytes(byte[] bytes) -> HttpRequest.BodyPublishers.ofByteArray(bytes);
            case Call.Content.Stream(Call.Opening opening, long length) ->
                length == 0
                        ? HttpRequest.BodyPublishers.ofByteArray(new byte[0])
                        : HttpRequest.BodyPublishers.fromPublisher(
                                HttpRequest.BodyPublishers.ofInputStream(() -> open(opening, sent)), length);
        };
    }

    private static InputStream open(Call.Opening opening, AtomicLong sent) {
        try {
            return new CountedStream(opening.open(), sent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.estiba.registry.client;

import dev.estiba.content.transport.BlobSource;
import dev.estiba.content.transport.ContentMismatch;
import dev.estiba.content.transport.TransferListener;
import dev.estiba.oci.image.Descriptor;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.auth.Scope;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.HttpOrigin;
import dev.estiba.registry.http.RefusedAddress;
import dev.estiba.registry.http.TransferFailure;
import dev.estiba.registry.http.Transfers;
import dev.estiba.registry.http.Tries;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way to a registry: taken from another of its repositories, or sent in one piece; after a failure the rest of it
 * from the byte on that the registry has (distribution-spec, "Pushing blobs"). Used by one thread.
 */
final class Upload {
    private static final int MOST_MOUNTS = 3;
    /** So much more than ever before is progress, and the failures are counted anew. */
    private static final long PROGRESS = 1 << 20;

    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final Pattern RECEIVED = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private final Repository place;
    private final Descriptor descriptor;
    private final BlobSource source;
    private final TransferListener listener;
    private final Tries tries;
    private final Transfers transfers;
    private long furthest;

    Upload(Repository place, Descriptor descriptor, BlobSource source, TransferListener listener, Transfers transfers) {
        this.place = place;
        this.descriptor = descriptor;
        this.source = source;
        this.listener = listener;
        this.tries = place.host().tries();
        this.transfers = transfers;
    }

    /** Where the upload goes on, and from which byte. */
    private record Session(URI address, long from) {}

    /** @param repositories of the same registry that may have it */
    void run(List<String> repositories) throws IOException {
        Optional<Session> begun = Optional.empty();
        List<String> some = repositories.subList(0, Math.min(MOST_MOUNTS, repositories.size()));
        for (String repository : some) {
            begun.ifPresent(this::cancel);
            Mounting answer = mount(repository);
            if (answer.done()) {
                listener.at(descriptor, new TransferListener.Step.Mounted(repository));
                return;
            }
            begun = answer.session();
        }
        send(begun.isPresent() ? begun.get() : begin());
        listener.at(descriptor, new TransferListener.Step.Done());
    }

    /** A registry that does not mount has begun an upload instead, or has refused. */
    private record Mounting(boolean done, Optional<Session> session) {}

    private Mounting mount(String repository) throws IOException {
        String query = "?mount=" + encoded(descriptor.digest().toString()) + "&from=" + encoded(repository);
        List<Scope> both = new ArrayList<>(place.scopes());
        both.add(Scope.pull(repository));
        Call call = Call.of("POST", place.address("/blobs/uploads/" + query, transfers));
        try (Answer answer = place.host().send(call, both, place.host().tries(), transfers)) {
            answer.error();
            if (answer.status() == 201) {
                return new Mounting(true, Optional.empty());
            }
            return new Mounting(
                    false, answer.status() == 202 ? Optional.of(new Session(location(answer), 0)) : Optional.empty());
        } catch (Refusal e) {
            return new Mounting(false, Optional.empty()); // who may not read that repository sends the blob
        }
    }

    private Session begin() throws IOException {
        Call call = Call.of("POST", place.address("/blobs/uploads/", transfers));
        try (Answer answer = place.send(call, transfers)) {
            if (answer.status() != 202) {
                throw place.refusal(answer);
            }
            answer.error();
            return new Session(location(answer), 0);
        }
    }

    /** One that is not used; a registry that keeps it forgets it by itself. */
    private void cancel(Session session) {
        try (Answer answer = place.send(Call.of("DELETE", session.address()), transfers)) {
            answer.error();
        } catch (IOException e) {
            // Nobody is told: nothing depends on it.
        }
    }

    private void send(Session first) throws IOException {
        Session session = first;
        while (true) {
            try {
                if (session.from() == 0) {
                    whole(session);
                } else {
                    rest(session);
                }
                return;
            } catch (TransferFailure e) {
                waitAfter(e);
            } catch (Refusal e) {
                // What it had was not what we thought, or it has forgotten the upload.
                boolean stale = session.from() > 0 || e.status() == 404;
                if (!stale && !PASSING.contains(e.status())) {
                    throw e;
                }
                waitAfter(e);
                if (stale) {
                    session = begin();
                    continue;
                }
            }
            session = state(session);
        }
    }

    private void waitAfter(IOException failure) throws IOException {
        Duration waited = tries.failed(failure, transfers);
        String why = failure.getMessage() == null ? "" : failure.getMessage();
        listener.at(descriptor, new TransferListener.Step.Again((int) waited.toSeconds(), why));
    }

    private void whole(Session session) throws IOException {
        Call call = Call.of("PUT", finished(session.address()));
        try (Answer answer = sent(call, 0)) {
            if (answer.status() != 201) {
                throw place.refusal(answer);
            }
            answer.error();
        }
    }

    private void rest(Session session) throws IOException {
        Call call = Call.of("PATCH", session.address())
                .with("Content-Range", session.from() + "-" + (descriptor.size() - 1));
        URI next;
        if (session.from() < descriptor.size()) {
            try (Answer answer = sent(call, session.from())) {
                if (answer.status() != 202) {
                    throw place.refusal(answer);
                }
                answer.error();
                next = location(answer);
            }
        } else {
            next = session.address();
        }
        try (Answer answer = place.send(Call.of("PUT", finished(next)), transfers)) {
            if (answer.status() != 201) {
                throw place.refusal(answer);
            }
            answer.error();
        }
    }

    /** The source's own failure is told before what has become of the request. */
    private Answer sent(Call call, long from) throws IOException {
        AtomicReference<@Nullable IOException> problem = new AtomicReference<>();
        Queue<UploadStream> opened = new ConcurrentLinkedQueue<>();
        Call.Opening opening = () -> {
            UploadStream stream = new UploadStream(descriptor, source, from, listener, problem);
            opened.add(stream);
            return stream;
        };
        try {
            Call whole = call.with("Content-Type", "application/octet-stream")
                    .sending(new Call.Content.Stream(opening, descriptor.size() - from));
            if (descriptor.size() == from) {
                opening.open().close();
            }
            return place.send(whole, transfers);
        } catch (IOException e) {
            IOException own = problem.get();
            if (own instanceof ContentMismatch mismatch) {
                throw mismatch;
            }
            if (own != null) {
                throw new IOException("the blob " + descriptor.digest() + " cannot be read: " + own.getMessage(), own);
            }
            throw e;
        } finally {
            for (UploadStream each : opened) {
                each.close(); // the client leaves one open that it has not read to its end
            }
        }
    }

    /** What the registry has of it (distribution-spec, "Pushing a blob in chunks": GET of the upload); else it begins again. */
    private Session state(Session session) throws IOException {
        try (Answer answer = place.send(Call.of("GET", session.address()), transfers)) {
            answer.error();
            Matcher received = RECEIVED.matcher(answer.header("Range").orElse(""));
            if (answer.status() == 204 && received.matches()) {
                long count = Long.parseLong(received.group(1)) + 1;
                if (count > 1 && count <= descriptor.size()) { // nothing is told as 0-0
                    if (count - furthest >= PROGRESS) {
                        tries.progress();
                    }
                    furthest = Math.max(furthest, count);
                    URI next = answer.header("Location").isPresent() ? location(answer) : session.address();
                    return new Session(next, count);
                }
            }
        } catch (TransferFailure e) {
            waitAfter(e);
        }
        cancel(session);
        return begin();
    }

    /** Of where to send to, which may be another host: then without our credentials. */
    private URI location(Answer answer) throws IOException {
        Optional<String> location = answer.header("Location");
        if (location.isEmpty()) {
            throw new RefusedAddress(
                    HttpOrigin.of(answer.uri()) + " has begun an upload without saying where to (no Location)");
        }
        return place.host().follow(answer.uri(), location.get(), transfers);
    }

    private URI finished(URI upload) {
        String joint = upload.getRawQuery() == null ? "?" : "&";
        return URI.create(
                upload + joint + "digest=" + encoded(descriptor.digest().toString()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

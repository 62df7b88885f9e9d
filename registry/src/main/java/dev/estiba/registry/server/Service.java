package dev.estiba.registry.server;

import dev.estiba.oci.image.Digest;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.Optional;

/** What a request means: who may, what is to be done. Safe for all threads. */
final class Service {
    private final Shelf shelf;
    private final Access access;
    private final Manifests manifests;
    private final Blobs blobs;
    private final Uploads uploads;
    private final Listings listings;
    private final Metrics metrics;
    private final Optional<Upstream> upstream;

    Service(Shelf shelf, Access access, Tagging tagging, Metrics metrics, Optional<Upstream> upstream, Limits limits) {
        this.shelf = shelf;
        this.access = access;
        this.metrics = metrics;
        this.upstream = upstream;
        manifests = new Manifests(shelf, tagging);
        blobs = new Blobs(shelf);
        uploads = new Uploads(shelf, limits);
        listings = new Listings(shelf);
    }

    /** Removes what clients have left behind. */
    void sweep() throws IOException {
        uploads.sweep();
    }

    /** @throws Refused before the body has been looked at */
    Receiver begin(Request request) throws IOException {
        Route route = Route.of(request.path())
                .orElseThrow(() -> new Refused(404, ErrorCode.UNSUPPORTED, "there is nothing at this address"));
        return switch (route) {
            case Route.Health() -> {
                read(request);
                yield Receiver.of(() -> Reply.of(200)
                        .with("Content-Type", "application/json")
                        .body("{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            }
            case Route.Token() -> {
                allowed(request, "GET");
                yield Receiver.of(() -> access.token(request));
            }
            case Route.Base() -> {
                read(request);
                access.check(request, Optional.empty());
                yield Receiver.of(() -> Reply.of(200)
                        .with("Content-Type", "application/json")
                        .body("{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            }
            case Route.Metrics() -> {
                read(request);
                access.check(request, Optional.of(new Access.Wish("*", "*")));
                yield Receiver.of(() -> metrics.reply(uploads.open()));
            }
            case Route.Catalog() -> {
                read(request);
                access.check(request, Optional.of(new Access.Wish("*", "*")));
                yield Receiver.of(() -> listings.catalog(request));
            }
            case Route.InRepository inside -> inRepository(request, inside);
        };
    }

    private Receiver inRepository(Request request, Route.InRepository route) throws IOException {
        Reference name = shelf.name(route.repository());
        String action = request.isRead()
                ? "pull"
                : request.is("DELETE") && !(route instanceof Route.Upload) ? "delete" : "push";
        checkMethod(request, route);
        access.check(request, Optional.of(new Access.Wish(route.repository(), action)));
        if (!request.isRead() && upstream.isPresent()) {
            throw new Refused(ErrorCode.UNSUPPORTED, "this registry is a cache of another one: push to that");
        }
        return switch (route) {
            case Route.Manifest(String repository, String reference) -> manifest(request, name, reference);
            case Route.Blob(String repository, String text) -> {
                Digest digest = Route.digest(text);
                yield request.isRead()
                        ? Receiver.of(() -> blob(request, name, digest))
                        : Receiver.of(() -> blobs.delete(name, digest));
            }
            case Route.Uploads(String repository) -> begin(request, name);
            case Route.Upload(String repository, String id) ->
                switch (request.method()) {
                    case "PATCH" -> uploads.piece(request, name, id, false);
                    case "PUT" -> uploads.piece(request, name, id, true);
                    case "DELETE" -> Receiver.of(() -> uploads.cancel(name, id));
                    default -> Receiver.of(() -> uploads.status(name, id));
                };
            case Route.Tags(String repository) -> Receiver.of(() -> listings.tags(request, name));
            case Route.Referrers(String repository, String text) -> {
                Digest digest = Route.digest(text);
                yield Receiver.of(() -> listings.referrers(request, name, digest));
            }
        };
    }

    private Receiver manifest(Request request, Reference name, String reference) throws IOException {
        return switch (request.method()) {
            case "PUT" -> manifests.put(request, name, reference);
            case "DELETE" -> Receiver.of(() -> manifests.delete(name, reference));
            default ->
                Receiver.of(() -> {
                    if (upstream.isPresent()) {
                        upstream.get().manifest(name, reference);
                    }
                    return manifests.get(request, name, reference);
                });
        };
    }

    /** While it still comes, where this is a cache. */
    private Reply blob(Request request, Reference name, Digest digest) throws IOException {
        if (upstream.isPresent()) {
            Optional<Download> coming = upstream.get().blob(name, digest);
            if (coming.isPresent()) {
                Optional<Reply> reply = blobs.get(request, digest, coming.get());
                if (reply.isPresent()) {
                    return reply.get();
                }
            }
        }
        return blobs.get(request, name, digest);
    }

    /** Mounts where it can, and else begins an upload. */
    private Receiver begin(Request request, Reference name) throws IOException {
        Optional<String> mount = request.parameter("mount");
        Optional<String> from = request.parameter("from");
        if (mount.isPresent() && from.isPresent()) {
            Digest digest = Route.digest(mount.get());
            Reference other = shelf.name(from.get());
            if (mayPull(request, other)) {
                Optional<Reply> mounted = uploads.mount(name, other, digest);
                if (mounted.isPresent()) {
                    return Receiver.of(mounted::get);
                }
            }
        }
        return uploads.begin(request, name);
    }

    private boolean mayPull(Request request, Reference other) throws IOException {
        try {
            access.check(request, Optional.of(new Access.Wish(other.path(), "pull")));
            return true;
        } catch (Refused e) {
            return false; // distribution-spec: an upload begins then as if nothing had been said of mounting
        }
    }

    private static void checkMethod(Request request, Route.InRepository route) throws Refused {
        switch (route) {
            case Route.Manifest any -> allowed(request, "GET", "HEAD", "PUT", "DELETE");
            case Route.Blob any -> allowed(request, "GET", "HEAD", "DELETE");
            case Route.Uploads any -> allowed(request, "POST");
            case Route.Upload any -> allowed(request, "GET", "HEAD", "PATCH", "PUT", "DELETE");
            case Route.Tags any -> read(request);
            case Route.Referrers any -> read(request);
        }
    }

    private static void read(Request request) throws Refused {
        allowed(request, "GET", "HEAD");
    }

    private static void allowed(Request request, String... methods) throws Refused {
        if (!request.is(methods)) {
            throw new Refused(ErrorCode.UNSUPPORTED, "this address takes " + String.join(", ", methods))
                    .with("Allow", String.join(", ", methods));
        }
    }
}

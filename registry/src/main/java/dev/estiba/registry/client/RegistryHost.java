package dev.estiba.registry.client;

import dev.estiba.registry.auth.Authorizer;
import dev.estiba.registry.auth.Challenge;
import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.auth.Scope;
import dev.estiba.registry.http.Addresses;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.Exchange;
import dev.estiba.registry.http.HttpOrigin;
import dev.estiba.registry.http.RefusedAddress;
import dev.estiba.registry.http.TransferFailure;
import dev.estiba.registry.http.Transfers;
import dev.estiba.registry.http.Tries;
import dev.estiba.registry.http.Unreachable;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One place that serves a registry, and what is known of it: its scheme, its tokens. Its user's credentials go to its own
 * origin, and to the token service that it names, and nowhere else: where it redirects to, nothing is shown (CVE-2020-15157,
 * CVE-2024-45336). Safe for all threads.
 */
final class RegistryHost {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;[^,]*\\brel=\"?next\"?");
    private static final String AUTHORIZATION = "Authorization";

    private final Endpoint endpoint;
    private final Exchange exchange;
    private final Addresses addresses;
    private final Authorizer authorizer;
    private final Connections connections;
    private @Nullable URI base;
    /** Why a host that may speak plain HTTP is not spoken to with TLS. */
    private volatile String withoutTls = "";

    RegistryHost(
            Endpoint endpoint, Exchange exchange, Addresses addresses, Authorizer authorizer, Connections connections) {
        this.connections = connections;
        this.endpoint = endpoint;
        this.exchange = exchange;
        this.addresses = addresses;
        this.authorizer = authorizer;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Authorizer authorizer() {
        return authorizer;
    }

    Exchange exchange() {
        return exchange;
    }

    /** An answer's document, already read and closed. */
    record Read(Answer answer, byte[] bytes) {}

    /** The address of something of the API, {@code /name/tags/list?n=10}; the first one finds out how the host is spoken to. */
    URI address(String path, Transfers transfers) throws IOException {
        return URI.create(base(transfers) + endpoint.prefix() + path);
    }

    HttpOrigin origin(Transfers transfers) throws IOException {
        return HttpOrigin.of(base(transfers));
    }

    private synchronized URI base(Transfers transfers) throws IOException {
        URI known = base;
        if (known == null) {
            Optional<URI> before = connections.base(endpoint);
            if (before.isPresent()) {
                known = before.get();
            } else {
                known = findBase(transfers);
                connections.found(endpoint, known);
            }
            base = known;
        }
        return known;
    }

    /** As Docker does it: a host that may speak plain HTTP is tried with TLS first. */
    private URI findBase(Transfers transfers) throws IOException {
        URI secure = URI.create("https://" + endpoint.host());
        URI plain = URI.create("http://" + endpoint.host());
        if (endpoint.scheme().isPresent()) {
            return endpoint.scheme().get().equals("http") ? plain : secure;
        }
        if (!endpoint.plain()) {
            return secure;
        }
        try (Answer answer =
                exchange.send(Call.of("GET", secure.resolve("/v2/")), Tries.once(exchange.patience()), transfers)) {
            answer.discard();
            return secure;
        } catch (Unreachable e) {
            if (e.obstacle() == Unreachable.Obstacle.NAME) {
                throw e;
            }
            if (e.obstacle() == Unreachable.Obstacle.TLS) {
                withoutTls = String.valueOf(e.getMessage());
            }
        } catch (TransferFailure e) {
            if (transfers.closed().isDone()) {
                throw e;
            }
        }
        return plain;
    }

    /**
     * The answer, after what had to be shown was shown; a GET and a HEAD follow redirects. The caller closes it.
     *
     * @param scopes what the request needs, which tokens are asked for
     */
    Answer send(Call call, List<Scope> scopes, Tries tries, Transfers transfers) throws IOException {
        HttpOrigin own = origin(transfers);
        if (!HttpOrigin.of(call.uri()).equals(own)) {
            return follow(call, own, tries, transfers);
        }
        Call whole = call;
        for (var header : endpoint.headers().entrySet()) {
            whole = whole.with(header.getKey(), String.join(", ", header.getValue()));
        }
        Optional<String> shown = authorizer.known(scopes);
        Answer answer = follow(showing(whole, shown), own, tries, transfers);
        if (answer.status() != 401 || !HttpOrigin.of(answer.uri()).equals(own)) {
            return answer;
        }
        Optional<String> other;
        try {
            List<Challenge> challenges = Challenge.parse(answer.all("WWW-Authenticate"));
            other = authorizer.answer(answer.uri(), challenges, scopes, shown, transfers);
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
        if (other.isEmpty()) {
            return answer;
        }
        answer.discard();
        return follow(showing(whole, other), own, tries, transfers);
    }

    private static Call showing(Call call, Optional<String> header) {
        return header.isPresent() ? call.with(AUTHORIZATION, header.get()) : call;
    }

    private Answer follow(Call first, HttpOrigin own, Tries tries, Transfers transfers) throws IOException {
        Call call = first;
        boolean mayFollow = call.method().equals("GET") || call.method().equals("HEAD");
        for (int hop = 0; ; hop++) {
            Answer answer = once(call, tries, transfers);
            Optional<String> location = answer.header("Location");
            if (!mayFollow || location.isEmpty() || !REDIRECTS.contains(answer.status())) {
                return answer;
            }
            answer.discard();
            if (hop == Addresses.MOST_REDIRECTS) {
                throw new RefusedAddress(own + " has sent us on " + hop + " times, and does not come to an end");
            }
            URI target = addresses.follow(call.uri(), location.get(), own);
            call = HttpOrigin.of(target).equals(HttpOrigin.of(call.uri()))
                    ? call.to(target)
                    : stripped(call).to(target);
        }
    }

    private Answer once(Call call, Tries tries, Transfers transfers) throws IOException {
        try {
            return exchange.send(call, tries, transfers);
        } catch (Unreachable | TransferFailure e) {
            connections.lost(endpoint);
            throw e;
        }
    }

    /** Never put back, not even when a later hop leads home (CVE-2024-45336). */
    private Call stripped(Call call) {
        Call bare = call.without(AUTHORIZATION);
        for (String header : endpoint.headers().keySet()) {
            bare = bare.without(header);
        }
        return bare;
    }

    /** Where a server sends us, if we go there. */
    URI follow(URI from, String location, Transfers transfers) throws IOException {
        return addresses.follow(from, location, origin(transfers));
    }

    /** The next page of a list (RFC 8288, {@code rel="next"}), which is on the same host. */
    Optional<URI> next(Answer answer, Transfers transfers) throws IOException {
        for (String field : answer.all("Link")) {
            Matcher link = NEXT.matcher(field);
            if (link.find()) {
                URI next = follow(answer.uri(), link.group(1), transfers);
                if (!HttpOrigin.of(next).equals(HttpOrigin.of(answer.uri())) || next.equals(answer.uri())) {
                    throw new RefusedAddress(HttpOrigin.of(answer.uri()) + " has the next page of a list elsewhere");
                }
                return Optional.of(next);
            }
        }
        return Optional.empty();
    }

    /** A whole document; one whose transfer breaks off is asked for again. An error is answered as it is, with its text. */
    Read document(Call call, List<Scope> scopes, int most, Tries tries, Transfers transfers) throws IOException {
        while (true) {
            try (Answer answer = send(call, scopes, tries, transfers)) {
                if (!answer.isSuccess()) {
                    throw refusal(answer);
                }
                byte[] bytes;
                try {
                    bytes = answer.document(most);
                } catch (TransferFailure e) {
                    tries.failed(e, transfers);
                    continue;
                }
                return new Read(answer, bytes);
            }
        }
    }

    /** What it has answered that is an error; it is read to its end. */
    Refusal refusal(Answer answer) {
        Refusal refusal = Refusal.of(answer, HttpOrigin.of(answer.uri()).toString());
        // Servers that want TLS answer a plain request so (RFC 9110, 15.5.1), and the reason is what happened before.
        return refusal.status() == 400 && refusal.code().isEmpty() && !withoutTls.isEmpty()
                ? new Refusal(
                        refusal.status(),
                        refusal.code(),
                        refusal.getMessage() + "; it may want TLS, which was tried before: " + withoutTls)
                : refusal;
    }

    Tries tries() {
        return Tries.of(exchange.patience());
    }
}

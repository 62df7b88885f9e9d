package dev.estiba.registry.auth;

import dev.estiba.registry.http.Addresses;
import dev.estiba.registry.http.Exchange;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is shown to one registry: its user's credentials, and the tokens that its service has given for them, until they
 * expire. Safe for all threads; while one of them fetches a token, the others wait for it.
 */
public final class Authorizer {
    /** A token is not used in its last seconds: it would expire on the way. */
    private static final Duration EARLY = Duration.ofSeconds(5);

    private static final int MOST_TOKENS = 1000;

    private final Credentials.Source source;
    private final TokenService service;
    private final LongSupplier nanos;
    private final boolean login;
    private final Map<List<Scope>, Kept> tokens = new HashMap<>();
    private @Nullable Credentials credentials;
    private @Nullable String always;
    private Credentials.@Nullable IdentityToken identityToken;

    private record Kept(String header, long expires) {
        @Override
        public String toString() {
            return "a token until " + expires;
        }
    }

    /**
     * @param source asked once, when the registry first wants to know
     * @param exchange to the token service
     * @param nanos a clock as {@link System#nanoTime}
     */
    public Authorizer(Credentials.Source source, Exchange exchange, Addresses addresses, LongSupplier nanos) {
        this(source, exchange, addresses, nanos, false);
    }

    private Authorizer(
            Credentials.Source source, Exchange exchange, Addresses addresses, LongSupplier nanos, boolean login) {
        this.source = source;
        this.service = new TokenService(exchange, addresses);
        this.nanos = nanos;
        this.login = login;
    }

    /** One that also asks the token service for an identity token. */
    public static Authorizer forLogin(Credentials credentials, Exchange exchange, Addresses addresses) {
        return new Authorizer(() -> credentials, exchange, addresses, System::nanoTime, true);
    }

    /** The header that is known to be wanted for this; empty when nothing has been asked yet. */
    public synchronized Optional<String> known(List<Scope> scopes) {
        Kept kept = tokens.get(scopes);
        if (kept != null && kept.expires - nanos.getAsLong() > 0) {
            return Optional.of(kept.header);
        }
        return Optional.ofNullable(always);
    }

    /**
     * What to show after a refusal.
     *
     * @param registry what was asked, and has refused
     * @param shown what it was shown, and has refused
     * @return empty when there is nothing else that could be shown
     * @throws Refusal when the token service has said no
     */
    public synchronized Optional<String> answer(
            URI registry, List<Challenge> challenges, List<Scope> scopes, Optional<String> shown, Transfers transfers)
            throws IOException {
        Optional<String> known = known(scopes);
        if (known.isPresent() && !known.equals(shown)) {
            return known; // another thread has been here meanwhile
        }
        Credentials mine = credentials();
        for (Challenge challenge : challenges) {
            Optional<String> header = switch (challenge.scheme()) {
                case "bearer" -> Optional.of(bearer(registry, challenge, scopes, mine, transfers));
                case "basic" -> basic(mine);
                default -> Optional.empty();
            };
            if (header.isPresent()) {
                return header.filter(each -> !Optional.of(each).equals(shown));
            }
        }
        return Optional.empty();
    }

    /** What the token service has given to a login, to be kept in the password's place. */
    public synchronized Optional<Credentials.IdentityToken> identityToken() {
        return Optional.ofNullable(identityToken);
    }

    private Credentials credentials() throws IOException {
        Credentials found = credentials == null ? source.find() : credentials;
        credentials = found;
        return found;
    }

    private Optional<String> basic(Credentials mine) {
        if (mine instanceof Credentials.Password(String user, String secret)) {
            String header = TokenService.basic(user, secret);
            always = header;
            return Optional.of(header);
        }
        return Optional.empty();
    }

    private String bearer(URI registry, Challenge challenge, List<Scope> scopes, Credentials mine, Transfers transfers)
            throws IOException {
        if (mine instanceof Credentials.RegistryToken(String token)) {
            String header = "Bearer " + token;
            always = header;
            return header;
        }
        TokenAnswer answer = service.fetch(registry, challenge, scopes, mine, login, transfers);
        identityToken =
                answer.identityToken().map(Credentials.IdentityToken::new).orElse(null);
        String header = "Bearer " + answer.token();
        long lifetime = Duration.ofSeconds(answer.seconds()).minus(EARLY).toNanos();
        if (tokens.size() >= MOST_TOKENS) {
            tokens.clear();
        }
        tokens.put(scopes, new Kept(header, nanos.getAsLong() + lifetime));
        return header;
    }
}

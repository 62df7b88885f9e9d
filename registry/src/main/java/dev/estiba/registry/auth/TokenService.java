package dev.estiba.registry.auth;

import dev.estiba.oci.json.DocumentException;
import dev.estiba.registry.http.Addresses;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.Exchange;
import dev.estiba.registry.http.HttpOrigin;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Asks the service that a registry names for tokens. Its redirects are not followed: they would take the password along. */
final class TokenService {
    private static final int MOST_BYTES = 1 << 20;
    private static final String CLIENT = "estiba";

    private final Exchange exchange;
    private final Addresses addresses;

    TokenService(Exchange exchange, Addresses addresses) {
        this.exchange = exchange;
        this.addresses = addresses;
    }

    /**
     * @param registry whose challenge it was, and from where it came
     * @param offline whether an identity token is wanted as well, as a login wants it
     */
    TokenAnswer fetch(
            URI registry,
            Challenge challenge,
            List<Scope> scopes,
            Credentials credentials,
            boolean offline,
            Transfers transfers)
            throws IOException {
        String realm = challenge.parameter("realm").orElse("");
        HttpOrigin origin = HttpOrigin.of(registry);
        URI service = addresses.follow(registry, realm, origin);
        Call call = switch (credentials) {
            case Credentials.IdentityToken(String token) -> exchangeOf(service, challenge, scopes, token);
            case Credentials.Password(String user, String secret) ->
                Call.of("GET", query(service, challenge, scopes, Optional.of(user), offline))
                        .with("Authorization", basic(user, secret));
            case Credentials.Anonymous anonymous ->
                Call.of("GET", query(service, challenge, scopes, Optional.empty(), false));
            case Credentials.RegistryToken token ->
                Call.of("GET", query(service, challenge, scopes, Optional.empty(), false));
        };
        try (Answer answer = exchange.send(call, transfers)) {
            if (!answer.isSuccess()) {
                throw Refusal.of(answer, "the token service " + HttpOrigin.of(service));
            }
            return TokenAnswer.read(answer.document(MOST_BYTES));
        } catch (DocumentException e) {
            throw new IOException(
                    "the token service " + HttpOrigin.of(service) + " has answered no token: " + e.getMessage(), e);
        }
    }

    static String basic(String user, String secret) {
        byte[] both = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    private static URI query(
            URI service, Challenge challenge, List<Scope> scopes, Optional<String> account, boolean offline) {
        StringBuilder query = new StringBuilder();
        challenge.parameter("service").ifPresent(name -> append(query, "service", name));
        scopesOf(challenge, scopes).forEach(scope -> append(query, "scope", scope));
        account.ifPresent(name -> append(query, "account", name));
        if (offline) {
            append(query, "offline_token", "true");
            append(query, "client_id", CLIENT);
        }
        String text = service.toString();
        String joint = service.getRawQuery() == null ? "?" : "&";
        return query.isEmpty() ? service : URI.create(text + joint + query);
    }

    private static Call exchangeOf(URI service, Challenge challenge, List<Scope> scopes, String token) {
        StringBuilder form = new StringBuilder();
        append(form, "grant_type", "refresh_token");
        append(form, "service", challenge.parameter("service").orElse(""));
        append(form, "client_id", CLIENT);
        append(form, "scope", String.join(" ", scopesOf(challenge, scopes)));
        append(form, "refresh_token", token);
        byte[] bytes = form.toString().getBytes(StandardCharsets.US_ASCII);
        return Call.of("POST", service)
                .with("Content-Type", "application/x-www-form-urlencoded")
                .sending(new Call.Content.Bytes(bytes));
    }

    /** What we need, not what the registry says that we need; its words count only where we had none. */
    private static List<String> scopesOf(Challenge challenge, List<Scope> scopes) {
        return scopes.isEmpty()
                ? challenge.parameter("scope").map(List::of).orElse(List.of())
                : scopes.stream().map(Scope::toString).toList();
    }

    private static void append(StringBuilder to, String name, String value) {
        to.append(to.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}

package dev.estiba.registry.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/** Who may use the registry. */
sealed interface Access {
    /** What somebody wants to do. */
    record Wish(String repository, String action) {}

    /** @throws Refused 401 with what to show instead, when the request does not show it */
    void check(Request request, Optional<Wish> wish) throws IOException;

    /** What a client may be given for what it shows at {@code /token}. */
    default Reply token(Request request) throws IOException {
        throw new Refused(404, ErrorCode.UNSUPPORTED, "this registry gives no tokens");
    }

    record Everybody() implements Access {
        @Override
        public void check(Request request, Optional<Wish> wish) {
            // everybody may
        }
    }

    /** RFC 7617. */
    record Basic(Htpasswd users) implements Access {
        @Override
        public void check(Request request, Optional<Wish> wish) throws IOException {
            if (user(request, users).isEmpty()) {
                throw unauthorized("Basic realm=\"estiba\", charset=\"UTF-8\"");
            }
        }
    }

    /**
     * Docker's tokens (distribution, "Token Authentication Specification").
     *
     * @param scheme by which the server is asked for one
     */
    record Bearer(Htpasswd users, Tokens tokens, String scheme) implements Access {
        @Override
        public void check(Request request, Optional<Wish> wish) throws IOException {
            Optional<String> shown = credentials(request, "bearer");
            if (shown.isEmpty() || !tokens.allows(shown.get(), wish)) {
                String scope = wish.map(each -> ",scope=\"" + Tokens.scope(each) + "\"")
                        .orElse("");
                String realm = scheme + "://" + host(request) + "/token";
                throw unauthorized("Bearer realm=\"" + realm + "\",service=\"" + tokens.service() + "\"" + scope
                        + (shown.isEmpty() ? "" : ",error=\"invalid_token\""));
            }
        }

        private String host(Request request) {
            return request.header("Host")
                    .filter(each -> each.matches("[A-Za-z0-9.\\[\\]:-]{1,255}"))
                    .orElse(tokens.service());
        }

        @Override
        public Reply token(Request request) throws IOException {
            Optional<String> user = user(request, users);
            if (user.isEmpty()) {
                throw unauthorized("Basic realm=\"estiba\", charset=\"UTF-8\"");
            }
            return tokens.issue(user.get(), request.query().getOrDefault("scope", java.util.List.of()));
        }
    }

    /**
     * Not in the words of Docker's registry alone, "authentication required": without a detail dockerd takes these for an error of another
     * kind, and tries a push that lacks a login for 50 s.
     */
    private static Refused unauthorized(String challenge) {
        return new Refused(ErrorCode.UNAUTHORIZED, "authentication required: log in to this registry")
                .with("WWW-Authenticate", challenge);
    }

    /** What is shown by a scheme. */
    private static Optional<String> credentials(Request request, String scheme) {
        return request.header("Authorization")
                .filter(each -> each.length() > scheme.length()
                        && each.substring(0, scheme.length() + 1)
                                .toLowerCase(Locale.ROOT)
                                .equals(scheme + " "))
                .map(each -> each.substring(scheme.length() + 1).strip());
    }

    /** Who shows a right password. */
    private static Optional<String> user(Request request, Htpasswd users) throws IOException {
        Optional<String> shown = credentials(request, "basic");
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        String both;
        try {
            both = new String(Base64.getDecoder().decode(shown.get()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int colon = both.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String name = both.substring(0, colon);
        return users.accepts(name, both.substring(colon + 1)) ? Optional.of(name) : Optional.empty();
    }
}

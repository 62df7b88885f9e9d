package dev.estiba.registry.auth;

import dev.estiba.oci.json.Cursor;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.json.Origin;
import java.util.List;
import java.util.Optional;

/**
 * What a token service answers (the distribution project's "Token Authentication Specification" and "OAuth2").
 *
 * @param seconds for how long it is good, from now on
 * @param identityToken what may be shown later in the password's place
 */
record TokenAnswer(String token, long seconds, Optional<String> identityToken) {
    /** The specification's, where the service says nothing; what it says is never less than that either. */
    private static final long USUAL_SECONDS = 60;

    private static final long MOST_SECONDS = 24 * 60 * 60;
    private static final List<String> FIELDS = List.of("token", "access_token", "expires_in", "refresh_token");

    static TokenAnswer read(byte[] document) throws DocumentException {
        try (Cursor in = Cursor.open(document, Origin.DOCUMENT)) {
            String token = null;
            String accessToken = null;
            long seconds = USUAL_SECONDS;
            Optional<String> identityToken = Optional.empty();
            in.object();
            for (String name = in.nextField(); name != null; name = in.nextField()) {
                switch (name) {
                    case "token" -> token = in.text();
                    case "access_token" -> accessToken = in.text();
                    case "expires_in" -> seconds = in.int64();
                    case "refresh_token" ->
                        identityToken = Optional.of(in.text()).filter(text -> !text.isEmpty());
                    default -> in.unknown(FIELDS);
                }
            }
            in.end();
            String found = in.required(token == null || token.isEmpty() ? accessToken : token, "token");
            if (!found.chars().allMatch(unit -> unit > ' ' && unit < 127)) {
                throw in.failure("the token has characters that no header may have");
            }
            return new TokenAnswer(found, Math.clamp(seconds, USUAL_SECONDS, MOST_SECONDS), identityToken);
        }
    }

    @Override
    public String toString() {
        return "a token for " + seconds + " seconds";
    }
}

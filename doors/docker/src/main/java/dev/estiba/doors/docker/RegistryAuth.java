package dev.estiba.doors.docker;

import dev.estiba.api.ApiException;
import dev.estiba.api.Body;
import dev.estiba.api.RegistryAccess;
import dev.estiba.api.RegistryCredential;
import java.util.Base64;

/** {@code X-Registry-Auth}: who the caller is to a registry, as JSON in base64url. */
final class RegistryAuth {
    private static final String HEADER = "X-Registry-Auth";

    private RegistryAuth() {}

    /** @param usual without anybody's credentials */
    static RegistryAccess access(Exchange exchange, RegistryAccess usual) throws ApiException {
        String text = exchange.header(HEADER).orElse("");
        if (text.isBlank()) {
            return usual;
        }
        RegistryCredential credential;
        try {
            // Some clients write the other alphabet, and some leave the filling out.
            byte[] json =
                    Base64.getUrlDecoder().decode(text.strip().replace('+', '-').replace('/', '_'));
            credential = Body.REGISTRY_CREDENTIAL.read(json);
        } catch (IllegalArgumentException | ApiException e) {
            // What it says stays in here: it is a secret.
            throw new ApiException(ApiException.BAD_REQUEST, "invalid X-Registry-Auth header: " + reason(e));
        }
        return usual.withCredential(credential);
    }

    private static String reason(Exception e) {
        return e instanceof IllegalArgumentException ? "it is no base64url" : "it is no such JSON";
    }
}

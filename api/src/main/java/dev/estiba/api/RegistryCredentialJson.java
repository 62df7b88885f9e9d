package dev.estiba.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;

/** The JSON of {@link RegistryCredential}: the Engine API's {@code AuthConfig}. */
final class RegistryCredentialJson {
    static final FieldNames NAMES = FieldNames.of(
            "AuthConfig", "username", "password", "auth", "serveraddress", "identitytoken", "registrytoken");

    private RegistryCredentialJson() {}

    static RegistryCredential read(Cursor in) throws ApiException {
        String username = "";
        String password = "";
        String both = "";
        String server = "";
        String identity = "";
        String registry = "";
        FieldNames outer = in.object(NAMES);
        for (String field = in.nextField(NAMES); field != null; field = in.nextField(NAMES)) {
            switch (field) {
                case "username" -> username = in.text();
                case "password" -> password = in.text();
                case "auth" -> both = in.text();
                case "serveraddress" -> server = in.text();
                case "identitytoken" -> identity = in.text();
                case "registrytoken" -> registry = in.text();
                default -> in.skip();
            }
        }
        in.leave(outer);
        if (username.isEmpty() && password.isEmpty() && !both.isEmpty()) {
            String decoded = decoded(both);
            int colon = decoded.indexOf(':');
            username = decoded.substring(0, Math.max(colon, 0));
            password = decoded.substring(colon + 1);
        }
        return new RegistryCredential(server, username, password, identity, registry);
    }

    private static String decoded(String both) throws ApiException {
        try {
            return new String(Base64.getDecoder().decode(both), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "invalid auth configuration: \"auth\" is no base64", e);
        }
    }

    static void write(JsonGenerator out, RegistryCredential value) {
        out.writeStartObject();
        Output.nonEmpty(out, "username", value.username());
        Output.nonEmpty(out, "password", value.password());
        Output.nonEmpty(out, "serveraddress", value.server());
        Output.nonEmpty(out, "identitytoken", value.identityToken());
        Output.nonEmpty(out, "registrytoken", value.registryToken());
        out.writeEndObject();
    }
}

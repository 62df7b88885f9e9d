package dev.estiba.registry.client;

import dev.estiba.registry.auth.Refusal;
import dev.estiba.registry.http.Answer;
import dev.estiba.registry.http.Call;
import dev.estiba.registry.http.Transfers;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Asks a registry whether it knows us (distribution-spec, "Determining Support"), and says what it says as Docker's daemon does. */
final class Login {
    private final RegistryHost host;
    private final String name;
    private final Transfers transfers;

    Login(RegistryHost host, String name, Transfers transfers) {
        this.host = host;
        this.name = name;
        this.transfers = transfers;
    }

    /** @throws Refusal when it does not */
    void ping() throws IOException {
        URI address = host.address("/", transfers);
        try (Answer answer = host.send(Call.of("GET", address), List.of(), host.tries(), transfers)) {
            if (answer.isSuccess()) {
                answer.error();
                return;
            }
            Refusal refusal = Refusal.of(answer, name);
            throw new Refusal(
                    refusal.status(),
                    refusal.code(),
                    "login attempt to " + address + " failed with status: " + words(answer.status()));
        } catch (Refusal e) {
            if (e.getMessage() != null && e.getMessage().startsWith("login attempt")) {
                throw e;
            }
            throw new Refusal(
                    e.status(), e.code(), "Get \"" + address + "\": " + e.getMessage()); // the token service's
        }
    }

    private static String words(int status) {
        return switch (status) {
            case 401 -> "401 Unauthorized";
            case 403 -> "403 Forbidden";
            case 404 -> "404 Not Found; is it a registry?";
            default -> Integer.toString(status);
        };
    }
}

package dev.estiba.engine.network;

import dev.estiba.api.ApiException;
import dev.estiba.network.NetworkException;

/** What networks refuse, with the status that dockerd answers with. */
final class Refusal {
    private Refusal() {}

    static ApiException of(NetworkException e) {
        int status = switch (e.reason()) {
            case INVALID -> ApiException.BAD_REQUEST;
            case TAKEN -> ApiException.FORBIDDEN;
            case EXHAUSTED -> ApiException.SERVER_ERROR;
            case ABSENT -> ApiException.NOT_FOUND;
        };
        return new ApiException(status, String.valueOf(e.getMessage()), e);
    }

    static ApiException unknown(String network) {
        return ApiException.notFound("network " + network + " not found");
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;

/** The image of a new container could not be brought here, so none was made. */
final class PullFailure extends Exception {
    private static final long serialVersionUID = 1L;

    PullFailure(ApiException cause) {
        super(cause.message(), cause);
    }

    String message() {
        return String.valueOf(getMessage());
    }
}

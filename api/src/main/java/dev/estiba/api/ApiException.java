package dev.estiba.api;

import java.io.IOException;

/** An operation that was refused or failed, in the words that the person who asked is to read. */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1L;

    public static final int BAD_REQUEST = 400, FORBIDDEN = 403, NOT_FOUND = 404, CONFLICT = 409;
    public static final int SERVER_ERROR = 500, NOT_IMPLEMENTED = 501;

    private final int status;

    /**
     * @param status as HTTP has it
     * @param message as dockerd words it: what failed, on what, why
     */
    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    public ApiException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** What the caller asked for makes no sense. */
    public static ApiException badRequest(String message) {
        return new ApiException(BAD_REQUEST, message);
    }

    /** What the caller named does not exist. */
    public static ApiException notFound(String message) {
        return new ApiException(NOT_FOUND, message);
    }

    /** What the caller asked for cannot be done in this state. */
    public static ApiException conflict(String message) {
        return new ApiException(CONFLICT, message);
    }

    /** The engine failed. */
    public static ApiException serverError(String message) {
        return new ApiException(SERVER_ERROR, message);
    }

    /** The engine knows what is meant and cannot do it yet. */
    public static ApiException notImplemented(String message) {
        return new ApiException(NOT_IMPLEMENTED, message);
    }

    public int status() {
        return status;
    }

    /** The words; never absent. */
    public String message() {
        return String.valueOf(getMessage());
    }
}

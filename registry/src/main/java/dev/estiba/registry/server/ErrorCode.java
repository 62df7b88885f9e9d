package dev.estiba.registry.server;

/** What a refusal is called (distribution-spec, "Error Codes"), and its status unless something else is said. */
enum ErrorCode {
    BLOB_UNKNOWN(404),
    BLOB_UPLOAD_INVALID(400),
    BLOB_UPLOAD_UNKNOWN(404),
    DENIED(403),
    DIGEST_INVALID(400),
    MANIFEST_BLOB_UNKNOWN(404),
    MANIFEST_INVALID(400),
    MANIFEST_UNKNOWN(404),
    NAME_INVALID(400),
    NAME_UNKNOWN(404),
    /** Of Docker's registry. */
    PAGINATION_NUMBER_INVALID(400),
    /** Of Docker's registry. */
    RANGE_INVALID(416),
    SIZE_INVALID(400),
    /** Of Docker's registry. */
    TAG_INVALID(400),
    TOOMANYREQUESTS(429),
    UNAUTHORIZED(401),
    UNKNOWN(500),
    UNSUPPORTED(405);

    private final int status;

    ErrorCode(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }
}

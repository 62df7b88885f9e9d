package dev.estiba.runtime;

/**
 * What kind of thing went wrong, for programs. Numbers are for ever; a retired one stays here as a comment.
 *
 * <p>A sentence may change from version to version, a code does not.
 */
public enum ErrorCode {
    /** There is no container of that name. */
    CONTAINER_NOT_FOUND(1, Kind.NOT_FOUND),
    /** There is one already. */
    CONTAINER_EXISTS(2, Kind.CONFLICT),
    /** The configuration, or the call, cannot be meant or is not supported; nothing was begun. */
    INVALID_REQUEST(3, Kind.INVALID),
    /** The container is in no state for that: not running, not stopped, started before. */
    WRONG_STATE(4, Kind.CONFLICT),
    /** A step failed, with the kernel's errno; what was begun is undone. */
    STEP_FAILED(5, Kind.REFUSED_BY_KERNEL),
    /** The bundle cannot be read. */
    BUNDLE_UNREADABLE(6, Kind.INVALID),
    /** The native program cannot be started, or ended without a word. */
    EXECUTOR_LOST(7, Kind.INTERNAL),
    /** The container has ended, and nobody who waited for it is left to say how. */
    STATUS_UNKNOWN(8, Kind.NOT_FOUND);

    /** What a caller can do about it. */
    public enum Kind {
        /** Name another one. */
        NOT_FOUND,
        /** Change what is there first. */
        CONFLICT,
        /** Ask for something else. */
        INVALID,
        /** See to the host: rights, limits, its kernel. */
        REFUSED_BY_KERNEL,
        /** Nothing; it is a mistake here. */
        INTERNAL
    }

    private final int number;
    private final Kind kind;

    ErrorCode(int number, Kind kind) {
        this.number = number;
        this.kind = kind;
    }

    public int number() {
        return number;
    }

    public Kind kind() {
        return kind;
    }
}

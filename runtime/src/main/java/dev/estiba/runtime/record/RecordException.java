package dev.estiba.runtime.record;

/** A {@code state.json} that cannot be followed: why, in a sentence. */
public final class RecordException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean cutShort;

    RecordException(String message, boolean cutShort) {
        super(message, null, false, false);
        this.cutShort = cutShort;
    }

    /** Whether it is no whole document: create was killed while it wrote it, before it made anything else. */
    public boolean isCutShort() {
        return cutShort;
    }
}

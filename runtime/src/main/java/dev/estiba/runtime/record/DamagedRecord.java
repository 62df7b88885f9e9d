package dev.estiba.runtime.record;

/** A file of a state directory that no plan of ours has written, or that a newer build has. */
public final class DamagedRecord extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedRecord(String message) {
        super(message, null, false, false);
    }
}

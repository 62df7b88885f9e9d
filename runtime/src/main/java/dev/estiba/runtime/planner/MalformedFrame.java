package dev.estiba.runtime.planner;

/** A frame that no executor of this version sends; its connection is closed. */
public final class MalformedFrame extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedFrame(String message) {
        super(message, null, false, false);
    }
}

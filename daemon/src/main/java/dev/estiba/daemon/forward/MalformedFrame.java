package dev.estiba.daemon.forward;

/** A frame that no forwarder of this version sends; its connection is closed. */
final class MalformedFrame extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedFrame(String sentence) {
        super(sentence, null, false, false);
    }
}

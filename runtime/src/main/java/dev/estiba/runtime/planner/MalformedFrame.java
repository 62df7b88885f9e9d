package dev.estiba.runtime.planner;

/** A frame that no executor of this version sends; its connection is closed. */
public final class MalformedFrame extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    MalformedFrame(String sentence) {
        super(sentence, null, false, false);
        this.sentence = sentence;
    }

    @Override
    public String getMessage() {
        return sentence;
    }
}

package dev.estiba.runtime.command;

/** The command line cannot be followed: what is wrong with it, in a sentence. */
public sealed class UsageException extends Exception permits UnknownCommand {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    public UsageException(String sentence) {
        super(sentence, null, false, false);
        this.sentence = sentence;
    }

    @Override
    public String getMessage() {
        return sentence;
    }
}

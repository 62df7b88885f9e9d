package dev.estiba.cli.template;

/** A function of a template that cannot do what it was asked for. */
final class CallException extends Exception {
    private static final long serialVersionUID = 1L;

    CallException(String problem) {
        super(problem);
    }

    String problem() {
        return String.valueOf(getMessage());
    }
}

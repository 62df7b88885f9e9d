package dev.estiba.cli.template;

import java.io.IOException;

/** A template that cannot be read, or that asks for what is not there. */
public final class TemplateException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String during;

    public TemplateException(String problem) {
        this("template parsing error: ", problem);
    }

    /** @param during what Docker's command says before the problem */
    public TemplateException(String during, String problem) {
        super(problem);
        this.during = during;
    }

    /** In the words of Go's text/template. */
    public String problem() {
        return String.valueOf(getMessage());
    }

    /** All that a person is told. */
    public String message() {
        return during + problem();
    }
}

package dev.estiba.cli.text;

import java.io.IOException;

/** A template that cannot be read, or that asks for what is not there. */
public final class TemplateException extends IOException {
    private static final long serialVersionUID = 1L;

    public TemplateException(String problem) {
        super(problem);
    }

    public String problem() {
        return String.valueOf(getMessage());
    }
}

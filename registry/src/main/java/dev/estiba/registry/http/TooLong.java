package dev.estiba.registry.http;

import java.io.IOException;

/** A document that is longer than any honest one. */
public final class TooLong extends IOException {
    private static final long serialVersionUID = 1;

    public TooLong(String from, int most) {
        super("the document that " + from + " sends is longer than " + most + " bytes");
    }
}

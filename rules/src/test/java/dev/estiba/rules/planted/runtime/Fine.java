package dev.estiba.rules.planted.runtime;

import java.util.Locale;

/** Violates nothing. */
public final class Fine {
    /** A text that is the same everywhere. */
    public String text(int number) {
        return String.format(Locale.ROOT, "%d", number).toLowerCase(Locale.ROOT);
    }
}

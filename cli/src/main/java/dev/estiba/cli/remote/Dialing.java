package dev.estiba.cli.remote;

import java.io.IOException;

/** An engine that is somewhere else, and can be spoken to without a word of this program. */
public interface Dialing {
    /** A connection, which is the caller's to close. */
    Wire dial() throws IOException;
}

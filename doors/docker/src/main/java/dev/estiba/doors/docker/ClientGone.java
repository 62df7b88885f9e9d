package dev.estiba.doors.docker;

import java.io.IOException;

/** The client has closed its connection: there is nobody to answer. */
final class ClientGone extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGone() {
        super("the client has closed the connection");
    }
}

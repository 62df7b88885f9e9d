package dev.estiba.doors.docker;

import java.io.IOException;

/** What a connection becomes that is given to a container. */
final class Hijack {
    private Hijack() {}

    /** How the change is told. */
    sealed interface Start {
        /**
         * A bare stream of bytes.
         *
         * @param head the whole answer
         */
        record Bytes(byte[] head) implements Start {}

        /**
         * RFC 6455.
         *
         * @param head the whole answer
         */
        record WebSocket(byte[] head) implements Start {}
    }

    /** Takes what the client sends: one call at a time, of threads that may wait; it is not read on meanwhile. */
    interface Input {
        /** @return whether more is wanted */
        boolean bytes(byte[] bytes) throws IOException;

        /** The client sends nothing more, and may go on reading. */
        void end() throws IOException;
    }
}

package dev.estiba.registry.server;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a request's body, piece by piece, and answers at its end. Called by one thread at a time; either its end or its abort comes. */
interface Receiver {
    /** @param bytes only until this returns */
    void write(ByteBuffer bytes) throws IOException;

    Reply end() throws IOException;

    /** The client has gone, or something was refused. */
    void abort() throws IOException;

    @FunctionalInterface
    interface Answer {
        Reply make() throws IOException;
    }

    /** Of a request that has no body; one that comes all the same is passed over. */
    static Receiver of(Answer answer) {
        return new Receiver() {
            @Override
            public void write(ByteBuffer bytes) {
                bytes.position(bytes.limit());
            }

            @Override
            public Reply end() throws IOException {
                return answer.make();
            }

            @Override
            public void abort() {
                // nothing was begun
            }
        };
    }

    /** It has ended then, whatever it says. */
    static Reply endOf(Receiver receiver) throws Ended {
        try {
            return receiver.end();
        } catch (Refused e) {
            return e.reply();
        } catch (IOException | RuntimeException e) {
            throw new Ended(e);
        }
    }

    /** A receiver's end has failed: it is not to be aborted. */
    final class Ended extends IOException {
        private static final long serialVersionUID = 1;

        Ended(Exception cause) {
            super(cause);
        }
    }
}

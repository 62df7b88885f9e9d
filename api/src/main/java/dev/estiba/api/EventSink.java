package dev.estiba.api;

import java.io.IOException;

/** Where events go, one after another. */
@FunctionalInterface
public interface EventSink {
    /**
     * Takes the next event.
     *
     * @throws IOException to stop them, for example because nobody listens any more
     */
    void tell(Event event) throws IOException;
}

package dev.estiba.api;

import java.io.IOException;

/** Where statistics go, one moment after another. */
@FunctionalInterface
public interface StatsSink {
    /**
     * Takes the next moment.
     *
     * @throws IOException to stop them, for example because nobody looks any more
     */
    void tell(ContainerStats stats) throws IOException;
}

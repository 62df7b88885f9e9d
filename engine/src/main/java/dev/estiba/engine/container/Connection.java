package dev.estiba.engine.container;

import dev.estiba.engine.network.Given;
import dev.estiba.engine.network.Joined;
import java.io.IOException;
import java.util.Optional;

/** The network of a run that is about to begin. What is in the namespace ends with it when no process has come into it. */
record Connection(Optional<Joined> joined) implements AutoCloseable {
    /** The namespace to join. */
    Optional<String> path() throws IOException {
        return joined.isPresent() ? Optional.of(joined.get().path()) : Optional.empty();
    }

    Given given() {
        return joined.map(Joined::given).orElse(Given.NOTHING);
    }

    @Override
    public void close() {
        joined.ifPresent(Joined::close);
    }
}

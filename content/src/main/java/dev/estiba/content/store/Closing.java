package dev.estiba.content.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Closes several things, each whatever becomes of the others. */
final class Closing {
    private @Nullable IOException first;

    interface Closable {
        void close() throws IOException;
    }

    void close(Closable each) {
        try {
            each.close();
        } catch (IOException e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
        }
    }

    void close(Ingest each) {
        close((Closable) each::close);
    }

    void close(Unpacking each) {
        close((Closable) each::close);
    }

    void end() throws IOException {
        if (first != null) {
            throw first;
        }
    }
}

package dev.estiba.engine.image;

import dev.estiba.api.ApiException;
import dev.estiba.api.ProgressSink;
import dev.estiba.api.PushOptions;
import java.io.IOException;

/** Not yet. */
final class Pushing {
    Pushing(Images images) {}

    void push(String name, PushOptions options, ProgressSink to) throws IOException {
        throw ApiException.notImplemented("push");
    }
}

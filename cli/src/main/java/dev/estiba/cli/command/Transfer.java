package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ProgressSink;
import dev.estiba.cli.Call;
import dev.estiba.cli.stream.ProgressDisplay;
import java.io.IOException;

/** An operation that takes long, with its progress shown while it runs. */
@FunctionalInterface
interface Transfer {
    void run(ProgressSink to) throws ApiException;

    /**
     * Runs it.
     *
     * @param descriptor of the caller that the progress goes to: 1 or 2
     * @throws ApiException it failed
     * @throws IOException nobody reads the progress
     */
    static void show(Call call, int descriptor, Transfer transfer) throws IOException {
        ProgressDisplay display = new ProgressDisplay(call.caller(), descriptor);
        try {
            transfer.run(display);
        } finally {
            // When nobody reads it, that is also why the operation was interrupted, and so what there is to say.
            display.close();
        }
    }
}

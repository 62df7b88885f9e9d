package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.Progress;
import dev.estiba.api.ProgressSink;
import dev.estiba.cli.Call;
import dev.estiba.cli.stream.ProgressDisplay;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
        List<String> collected = new ArrayList<>();
        try {
            transfer.run(without(collected, display));
        } finally {
            // When nobody reads it, that is also why the operation was interrupted, and so what there is to say.
            display.close();
        }
        say(call, collected);
    }

    /** Runs it, and shows nothing of its progress. */
    static void quietly(Call call, Transfer transfer) throws IOException {
        List<String> collected = new ArrayList<>();
        transfer.run(without(collected, ProgressSink.NONE));
        say(call, collected);
    }

    /** What was taken away to make room is no part of what was asked for. */
    private static ProgressSink without(List<String> collected, ProgressSink to) {
        return progress -> {
            if (progress.id().isEmpty() && progress.status().startsWith(Progress.COLLECTED)) {
                collected.add(progress.status());
            } else {
                to.tell(progress);
            }
        };
    }

    private static void say(Call call, List<String> collected) throws IOException {
        for (String line : collected) {
            call.complain(Words.printable(line));
        }
    }
}

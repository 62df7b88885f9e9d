package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One operation on several containers: each is tried, the names of those that it worked for are printed. */
final class EachContainer {
    private static final int SOME_FAILED = 1;

    private EachContainer() {}

    /** An operation on one container. */
    interface Operation {
        void on(String container) throws IOException;
    }

    static int run(Call call, Operation operation) throws IOException {
        return run(call, call.arguments(), operation);
    }

    static int run(Call call, List<String> containers, Operation operation) throws IOException {
        List<String> failures = new ArrayList<>();
        for (String container : containers) {
            try {
                operation.on(container);
                call.say(container);
            } catch (ApiException e) {
                failures.add("estiba: " + e.message());
            }
        }
        for (String failure : failures) {
            call.complain(failure);
        }
        return failures.isEmpty() ? 0 : SOME_FAILED;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.context.ContextStore;
import dev.estiba.cli.context.Destination;
import dev.estiba.cli.context.Failures;
import dev.estiba.cli.context.StoredContext;
import java.io.IOException;

/** What the commands on contexts have in common. */
final class ContextFiles {
    /** Something about the caller's contexts; fails with a sentence. */
    @FunctionalInterface
    interface Work {
        int on(ContextStore store) throws IOException;
    }

    private ContextFiles() {}

    /** Failures of files become sentences, as nobody's pipe is broken by them. */
    static int with(Call call, Work work) throws IOException {
        try {
            return work.on(new ContextStore(Destination.config(call.caller())));
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw new ApiException(ApiException.BAD_REQUEST, Failures.of(e), e);
        }
    }

    static void mayBeNamed(String name) throws ApiException {
        if (name.equals(StoredContext.DEFAULT)) {
            throw ApiException.badRequest("\"default\" is a reserved context name");
        }
        if (!ContextStore.isName(name)) {
            throw ApiException.badRequest("context name \"" + name
                    + "\" is invalid, names are validated against regexp \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\"");
        }
    }
}

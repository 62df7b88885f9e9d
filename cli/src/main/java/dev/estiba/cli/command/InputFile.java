package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.create.Reasons;
import java.io.IOException;
import java.io.InputStream;

/** What a command reads that takes an archive: a file of the caller's. */
final class InputFile {
    private InputFile() {}

    static InputStream open(Call call, String path) throws ApiException {
        try {
            return call.caller().open(path);
        } catch (IOException e) {
            throw new ApiException(ApiException.BAD_REQUEST, "open " + path + ": " + Reasons.of(e), e);
        }
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.Reasons;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.stream.Watched;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** {@code export}: writes a container's file system into an archive. */
public final class ExportCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(Flag.text("output", "Write to this file, not to standard output")
                    .letter('o')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "export");
        String container = call.arguments().getFirst();
        String path = call.flags().text("output");
        if (!path.isEmpty()) {
            toFile(call, path, container);
            return 0;
        }
        if (call.caller().isTerminal(1)) {
            throw ApiException.badRequest("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }
        Watched out = new Watched(call.caller().out());
        try {
            call.engine().exportContainer(container, out);
            return 0;
        } catch (ApiException e) {
            if (out.isBroken()) {
                return Foreground.KILLED_BY_PIPE;
            }
            throw e;
        }
    }

    private static void toFile(Call call, String path, String container) throws ApiException {
        try (OutputFile file = OutputFile.create(path, call.caller())) {
            try (OutputStream out = file.open()) {
                call.engine().exportContainer(container, out);
            }
            file.keep();
        } catch (ApiException e) {
            throw e;
        } catch (IOException e) {
            throw new ApiException(ApiException.SERVER_ERROR, "cannot write to " + path + ": " + Reasons.of(e), e);
        }
    }
}

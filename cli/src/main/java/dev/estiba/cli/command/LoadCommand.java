package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ProgressSink;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** {@code load}: takes the images of an archive in. */
public final class LoadCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.text("input", "Read this file, not standard input").letter('i'),
                    Flag.list("platform", "Only the images for this platform: linux/arm64")
                            .type("string"),
                    Flag.onOff("quiet", "Print only the images' names").letter('q')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.none(call, "load");
        String path = call.flags().text("input");
        if (!path.isEmpty()) {
            try (InputStream from = InputFile.open(call, path)) {
                load(call, from);
            }
            return 0;
        }
        if (call.caller().isTerminal(0)) {
            throw ApiException.badRequest("requested load from stdin, but stdin is empty");
        }
        load(call, call.caller().in());
        return 0;
    }

    /** As with Docker's, what is said of each layer is for people who wait. */
    private static void load(Call call, InputStream from) throws IOException {
        boolean isQuiet = call.flags().isOn("quiet") || !call.caller().isTerminal(1);
        Transfer.show(call, 1, to -> {
            ProgressSink names = progress -> {
                if (progress.id().isEmpty() || !isQuiet) {
                    to.tell(progress);
                }
            };
            call.engine().loadImages(from, call.flags().all("platform"), names);
        });
    }
}

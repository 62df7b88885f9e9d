package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImportOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** {@code import}: makes an image of an archive of files. */
public final class ImportCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.list("change", "An instruction of a Dockerfile for the image: CMD sh")
                            .letter('c'),
                    Flag.text("message", "The image's comment").letter('m'),
                    Flag.text("platform", "What the files are for: linux/arm64")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] FILE|- [REPOSITORY[:TAG]]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.between(call, 1, 2, "import");
        String source = call.arguments().getFirst();
        ImportOptions options = new ImportOptions(
                call.arguments().stream().skip(1).findFirst(),
                call.flags().all("change"),
                Optional.of(call.flags().text("message")).filter(each -> !each.isEmpty()),
                Optional.of(call.flags().text("platform")).filter(each -> !each.isEmpty()));
        if (source.contains("://")) {
            throw ApiException.badRequest(
                    "import does not fetch " + source + ": fetch it with another program, and import its output: -");
        }
        if (source.equals("-")) {
            InputStream in = call.caller().in();
            Transfer.show(call, 1, to -> call.engine().importImage(in, options, to));
            return 0;
        }
        try (InputStream from = InputFile.open(call, source)) {
            Transfer.show(call, 1, to -> call.engine().importImage(from, options, to));
        }
        return 0;
    }
}

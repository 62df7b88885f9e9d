package dev.estiba.cli.command;

import dev.estiba.api.ImageCopyOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code image cp}: brings an image from any place to any other. Docker has no such command. */
public final class ImageCopyCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.list("platform", "Only the image for this platform: linux/arm64")
                            .type("string"),
                    Flag.onOff("referrers", "Also what says something of the image, such as signatures")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] SOURCE TARGET";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 2, "image cp");
        ImageCopyOptions options = new ImageCopyOptions(
                call.arguments().get(0),
                call.arguments().get(1),
                call.caller().directory(),
                call.flags().all("platform"),
                call.flags().isOn("referrers"),
                Registries.access(call.caller()));
        Transfer.show(call, 1, to -> call.engine().copyImage(options, to));
        return 0;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ProgressSink;
import dev.estiba.api.PushOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.List;

/** {@code push}: brings an image to a registry. */
public final class PushCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("all-tags", "All names that the repository has here")
                            .letter('a'),
                    Flag.list("platform", "Only the image for this platform: linux/arm64")
                            .type("string"),
                    Flag.onOff("referrers", "Also what was pulled with it, such as signatures"),
                    Flag.onOff("quiet", "Print only the image's name").letter('q'),
                    Flag.onOff("disable-content-trust", "Has no effect").fallback("true")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NAME[:TAG]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "push");
        boolean isQuiet = call.flags().isOn("quiet");
        boolean hasAllTags = call.flags().isOn("all-tags");
        Reference name = PullCommand.chosen(call, hasAllTags, isQuiet);
        PushOptions options = new PushOptions(
                call.flags().all("platform"),
                hasAllTags,
                call.flags().isOn("referrers"),
                Registries.access(call.caller()));
        if (isQuiet) {
            call.engine().pushImage(name.familiar(), options, ProgressSink.NONE);
            call.say(name.toString());
        } else {
            Transfer.show(call, 1, to -> call.engine().pushImage(name.familiar(), options, to));
        }
        return 0;
    }
}

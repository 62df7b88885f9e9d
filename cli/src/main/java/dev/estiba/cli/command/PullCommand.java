package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.PullOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.List;

/** {@code pull}: brings an image from a registry. */
public final class PullCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("all-tags", "All tags of the repository").letter('a'),
                    Flag.list("platform", "The image for this platform, not for this machine's: linux/arm64")
                            .type("string"),
                    Flag.onOff("all-platforms", "The images for all platforms"),
                    Flag.onOff("referrers", "Also what says something of the image, such as signatures"),
                    Flag.onOff("quiet", "Print only the image's name").letter('q'),
                    Flag.onOff("disable-content-trust", "Has no effect").fallback("true")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NAME[:TAG|@DIGEST]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "pull");
        boolean isQuiet = call.flags().isOn("quiet");
        boolean hasAllTags = call.flags().isOn("all-tags");
        Reference name = chosen(call, hasAllTags, isQuiet);
        PullOptions options = new PullOptions(
                call.flags().all("platform"),
                call.flags().isOn("all-platforms"),
                hasAllTags,
                call.flags().isOn("referrers"),
                Registries.access(call.caller()));
        if (isQuiet) {
            Transfer.quietly(call, to -> call.engine().pullImage(name.familiar(), options, to));
        } else {
            Transfer.show(call, 1, to -> call.engine().pullImage(name.familiar(), options, to));
        }
        call.say(name.toString());
        return 0;
    }

    /** The argument with the usual tag, unless all are meant. */
    static Reference chosen(Call call, boolean hasAllTags, boolean isQuiet) throws IOException {
        Reference name = Registries.name(call.arguments().getFirst());
        if (hasAllTags) {
            if (Registries.isChosen(name)) {
                throw ApiException.badRequest("tag can't be used with --all-tags/-a");
            }
            return name;
        }
        if (!Registries.isChosen(name) && !isQuiet) {
            call.say("Using default tag: latest");
        }
        return name.tagged();
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.PullOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.oci.image.Reference;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** {@code pull}: brings an image from a registry. */
public final class PullCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
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
    public List<Section> sections() {
        return List.of(
                new Section(
                        "Names without a registry",
                        List.of(
                                "They are Docker's (docker.io), unless a registries.conf (/etc/containers, ~/.config/containers)"
                                        + " has unqualified-search-registries. Then they are those of its [aliases], else of the"
                                        + " first of these registries that has the image; a line says which. A registry that has"
                                        + " none or does not let you in is passed over; one that cannot be asked ends the search,"
                                        + " since the next one's image of that name may be another. short-name-mode is not read:"
                                        + " nobody is asked. So do run and create; other commands want the name that images"
                                        + " shows.")),
                new Section(
                        "Referrers",
                        List.of(
                                "--referrers brings what the registry has that says something of the image (signatures, lists of"
                                        + " what is in it), and what says something of that. image inspect lists it, push and"
                                        + " image cp with --referrers bring it on, rmi removes it with the image.")));
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
        String asked = Registries.asked(call.arguments().getFirst(), name);
        AtomicReference<String> pulled = new AtomicReference<>("");
        Transfer transfer = to -> pulled.set(call.engine().pullImage(asked, options, to));
        if (isQuiet) {
            Transfer.quietly(call, transfer);
        } else {
            Transfer.show(call, 1, transfer);
        }
        call.say(pulled.get());
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

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageDeleted;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code rmi}: takes names of images away, and images that have none left. */
public final class RemoveImageCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("force", "Also when it has several names, or a stopped container is made of it")
                            .letter('f'),
                    Flag.onOff("no-prune", "Has no effect: there are no images between"),
                    Flag.list("platform", "Only the image for this platform").type("string")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE [IMAGE...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "rmi");
        if (call.flags().isGiven("platform")) {
            throw ApiException.notImplemented(
                    "rmi --platform is not built yet: an image goes with all of its platforms");
        }
        boolean force = call.flags().isOn("force");
        boolean isFatal = false;
        List<String> failures = new ArrayList<>();
        for (String image : call.arguments()) {
            try {
                for (ImageDeleted deleted : call.engine().removeImage(image, force)) {
                    call.say(
                            switch (deleted) {
                                case ImageDeleted.Untagged untagged -> "Untagged: " + untagged.reference();
                                case ImageDeleted.Deleted gone -> "Deleted: " + gone.id();
                            });
                }
            } catch (ApiException e) {
                // As with Docker's: who forces does not mind when there is none.
                isFatal |= !force || e.status() != ApiException.NOT_FOUND;
                failures.add("estiba: " + e.message());
            }
        }
        for (String failure : failures) {
            call.complain(failure);
        }
        return isFatal ? 1 : 0;
    }
}

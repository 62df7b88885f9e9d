package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.ImagesPruned;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code image prune}: removes images that nobody uses. */
public final class ImagePruneCommand implements Command {
    private static final String DANGLING = "WARNING! This will remove all dangling images.";
    private static final String ALL =
            "WARNING! This will remove all images without at least one container associated to them.";
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("all", "All that no container is made of, also with a name")
                            .letter('a'),
                    Filters.flag("Only those that match: NAME=VALUE, of until, label, label!, unused"),
                    Flag.onOff("force", "Do not ask").letter('f'),
                    Flag.whole("keep-last", "0", "So many of them stay, those that were used last")));

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
        Arguments.none(call, "image prune");
        boolean all = call.flags().isOn("all");
        Map<String, List<String>> filters = Filters.of(call.flags().all("filter"));
        filters.put("dangling", List.of(all ? "false" : "true"));
        long kept = call.flags().number("keep-last");
        if (kept > 0) {
            filters.put("keep-last", List.of(Long.toString(kept)));
        }
        if (!call.flags().isOn("force")) {
            String answer =
                    new Prompt(call).line((all ? ALL : DANGLING) + "\nAre you sure you want to continue? [y/N] ");
            if (!answer.equalsIgnoreCase("y")) {
                throw ApiException.badRequest("image prune has been cancelled");
            }
        }
        ImagesPruned pruned = call.engine().pruneImages(new ImagePruneOptions(filters));
        StringBuilder text = new StringBuilder();
        for (ImageDeleted deleted : pruned.deleted()) {
            text.append(text.isEmpty() ? "Deleted Images:\n" : "");
            text.append(
                    switch (deleted) {
                        case ImageDeleted.Untagged untagged -> "untagged: " + untagged.reference();
                        case ImageDeleted.Deleted gone -> "deleted: " + gone.id();
                    });
            text.append('\n');
        }
        text.append(text.isEmpty() ? "" : "\n");
        text.append("Total reclaimed space: ")
                .append(Words.size(pruned.spaceReclaimed(), Words.DIGITS_OF_PROGRESS))
                .append('\n');
        call.write(text.toString());
        return 0;
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainersPruned;
import dev.estiba.api.ImageDeleted;
import dev.estiba.api.ImagePruneOptions;
import dev.estiba.api.ImagesPruned;
import dev.estiba.api.VolumesPruned;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.cli.text.Words;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code system prune}: removes what nobody uses: containers, networks, volumes when that is said, images. */
public final class SystemPruneCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("all", "Also images that have a name, when no container is made of them")
                            .letter('a'),
                    Filters.flag("Only those that match: NAME=VALUE, of until, label, label!"),
                    Flag.onOff("force", "Do not ask").letter('f'),
                    Flag.onOff("volumes", "Also volumes that nobody has named")));

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
        Arguments.none(call, "system prune");
        boolean withVolumes = call.flags().isOn("volumes");
        Map<String, List<String>> filters = Filters.of(call.flags().all("filter"));
        if (withVolumes && filters.containsKey("until")) {
            throw ApiException.badRequest("the \"until\" filter is not supported with \"--volumes\"");
        }
        if (!call.flags().isOn("force")) {
            String answer = new Prompt(call).line(warning(call, filters));
            if (!answer.equalsIgnoreCase("y")) {
                throw ApiException.badRequest("system prune has been cancelled");
            }
        }
        long space = containers(call, filters) + networks(call, filters);
        space += withVolumes ? volumes(call, filters) : 0;
        space += images(call, filters);
        call.say("Total reclaimed space: " + Words.size(space, Words.DIGITS_OF_PROGRESS));
        return 0;
    }

    private static String warning(Call call, Map<String, List<String>> filters) {
        StringBuilder text = new StringBuilder("WARNING! This will remove:\n  - all stopped containers\n");
        text.append("  - all networks not used by at least one container\n");
        if (call.flags().isOn("volumes")) {
            text.append("  - all anonymous volumes not used by at least one container\n");
        }
        text.append(
                call.flags().isOn("all")
                        ? "  - all images without at least one container associated to them\n"
                        : "  - all dangling images\n");
        if (!filters.isEmpty()) {
            text.append("\n  Items to be pruned will be filtered with:\n");
            filters.forEach((name, values) -> values.forEach(value ->
                    text.append("  - ").append(name).append('=').append(value).append('\n')));
        }
        return text.append("\nAre you sure you want to continue? [y/N] ").toString();
    }

    private static void deleted(Call call, String kind, List<String> what) throws IOException {
        if (!what.isEmpty()) {
            call.say("Deleted " + kind + ":\n" + String.join("\n", what) + "\n");
        }
    }

    private static long containers(Call call, Map<String, List<String>> filters) throws IOException {
        ContainersPruned pruned = call.engine().pruneContainers(filters);
        deleted(call, "Containers", pruned.containers());
        return pruned.spaceReclaimed();
    }

    private static long networks(Call call, Map<String, List<String>> filters) throws IOException {
        deleted(call, "Networks", call.engine().pruneNetworks(filters).networksDeleted());
        return 0;
    }

    private static long volumes(Call call, Map<String, List<String>> filters) throws IOException {
        VolumesPruned pruned = call.engine().pruneVolumes(filters);
        deleted(call, "Volumes", pruned.volumesDeleted());
        return pruned.spaceReclaimed();
    }

    private static long images(Call call, Map<String, List<String>> filters) throws IOException {
        Map<String, List<String>> meant = new LinkedHashMap<>(filters);
        meant.put("dangling", List.of(call.flags().isOn("all") ? "false" : "true"));
        ImagesPruned pruned = call.engine().pruneImages(new ImagePruneOptions(meant));
        deleted(
                call,
                "Images",
                pruned.deleted().stream()
                        .map(each -> switch (each) {
                            case ImageDeleted.Untagged untagged -> "untagged: " + untagged.reference();
                            case ImageDeleted.Deleted gone -> "deleted: " + gone.id();
                        })
                        .toList());
        return pruned.spaceReclaimed();
    }
}

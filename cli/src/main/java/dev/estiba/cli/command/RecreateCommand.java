package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.CreateResponse;
import dev.estiba.api.NetworkSettings;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.StopOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.CreateBody;
import dev.estiba.cli.create.CreateFlags;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.recipe.Changes;
import dev.estiba.cli.recipe.Recipe;
import dev.estiba.cli.recipe.RunWords;
import dev.estiba.cli.recipe.ShellWords;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code recreate}: puts a container with other ports, variables or files in the place of one that is there. */
public final class RecreateCommand implements Command {
    /** Of a dry run: something would change. */
    static final int WOULD_CHANGE = 2;

    private static final Set<String> TAKEN =
            Set.of("publish", "expose", "env", "env-file", "env-file-format", "volume", "label");
    private static final FlagSet FLAGS = new FlagSet(false, all());

    private static List<Flag> all() {
        List<Flag> flags = new ArrayList<>(List.of(
                Flag.onOff("dry-run", "Print what would change and change nothing: ends with 2 when something would"),
                Flag.text("image", "Another image"),
                Flag.list("remove-env", "A variable that it is to have no more: NAME"),
                Flag.list("remove-publish", "A port of the container that is to be published no more: PORT[/PROTOCOL]"),
                Flag.list("remove-volume", "A place in the container at which nothing is to be mounted")));
        CreateFlags.all().forEach(flag -> flags.add(TAKEN.contains(flag.name()) ? flag.group("") : hidden(flag)));
        return flags;
    }

    /** The body is made of all flags; these have their usual values. */
    private static Flag hidden(Flag flag) {
        return new Flag(flag.name(), '\0', flag.kind(), flag.type(), flag.fallback(), flag.help(), "", true, value -> {
            throw new BadValue("recreate takes --publish, --expose, --env, --env-file, --volume, --label and --image;"
                    + " limits and the restart policy are changed by 'estiba update'");
        });
    }

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "How it goes",
                List.of(
                        "The new container is made first, beside the old one. Then the old one is stopped, the new one takes its"
                                + " name and is started if the old one ran, and the old one is removed. When the new one does not"
                                + " start it is removed, and the old one is as it was. Files that the old one has written outside"
                                + " of its volumes go with it; volumes without a name are kept for the new one.",
                        "--dry-run prints the two command lines as a comparison, and ends with 0 when nothing would change, 2 when"
                                + " something would.")));
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "recreate");
        try {
            Recipe recipe = Recipe.of(call.engine(), call.arguments().getFirst());
            Changes changes = new Changes(
                    CreateBody.of(call.flags(), call.caller()), call.flags().text("image"), removed(call));
            CreateRequest body = changes.of(recipe);
            if (call.flags().isOn("dry-run")) {
                return compare(call, recipe, body);
            }
            call.say(new Replacement(call, recipe.container(), recipe.name(), body).run());
            return 0;
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return FlagSet.WRONG_FLAG;
        }
    }

    private static Set<String> removed(Call call) {
        Set<String> removed = new HashSet<>(call.flags().all("remove-env"));
        removed.addAll(call.flags().all("remove-volume"));
        for (String port : call.flags().all("remove-publish")) {
            removed.add(port.indexOf('/') < 0 ? port + "/tcp" : port);
        }
        return removed;
    }

    /** The command line of the one and of the other, word by word. */
    private static int compare(Call call, Recipe recipe, CreateRequest body) throws IOException {
        List<String> before = RunWords.of(recipe);
        List<String> after = RunWords.of(new Recipe(with(recipe.container(), body), recipe.image()));
        StringBuilder text = new StringBuilder();
        List<String> gone = new ArrayList<>(before);
        after.forEach(gone::remove);
        List<String> come = new ArrayList<>(after);
        before.forEach(come::remove);
        gone.forEach(word -> text.append("- ").append(ShellWords.quoted(word)).append('\n'));
        come.forEach(word -> text.append("+ ").append(ShellWords.quoted(word)).append('\n'));
        call.write(text.toString());
        return text.isEmpty() ? 0 : WOULD_CHANGE;
    }

    /** As inspect would tell of the new one. */
    private static ContainerInspect with(ContainerInspect old, CreateRequest body) {
        NetworkSettings networks = old.networkSettings();
        return old.toBuilder()
                .hostConfig(body.hostConfig())
                .config(body.config())
                .networkSettings(networks)
                .build();
    }

    /** One container for another. */
    private record Replacement(Call call, ContainerInspect old, String name, CreateRequest body) {
        /** The new one's ID. */
        String run() throws IOException {
            boolean ran = old.state().running();
            if (old.hostConfig().autoRemove() && ran) {
                throw ApiException.badRequest(
                        "container " + name + " was made with --rm and has gone as soon as it stops,"
                                + " so that it could not be put back; 'estiba as-command " + name
                                + "' prints how to make another");
            }
            String id = made().id();
            String aside = name + "-" + old.id().substring(0, 12);
            try {
                if (ran) {
                    call.engine().stopContainer(old.id(), StopOptions.DEFAULT);
                }
                call.engine().renameContainer(old.id(), aside);
                call.engine().renameContainer(id, name);
                if (ran) {
                    call.engine().startContainer(id, new StartOptions("", false));
                }
            } catch (ApiException e) {
                undo(id, ran);
                throw new ApiException(
                        e.status(), e.message() + "; container " + name + " is as it was, but started anew", e);
            }
            call.engine().removeContainer(old.id(), new RemoveOptions(true, false, false));
            return id;
        }

        private CreateResponse made() throws IOException {
            CreateResponse made = call.engine()
                    .createContainer(Optional.of(name + "-new-" + old.id().substring(0, 12)), Optional.empty(), body);
            for (String warning : made.warnings()) {
                call.complain("WARNING: " + warning);
            }
            return made;
        }

        private void undo(String id, boolean ran) throws IOException {
            call.engine().removeContainer(id, new RemoveOptions(true, false, false));
            try {
                call.engine().renameContainer(old.id(), name);
            } catch (ApiException itHasItsName) {
                if (itHasItsName.status() == ApiException.SERVER_ERROR) {
                    throw itHasItsName;
                }
            }
            if (ran) {
                call.engine().startContainer(old.id(), new StartOptions("", false));
            }
        }
    }
}

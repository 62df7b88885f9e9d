package dev.estiba.cli.command;

import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.recipe.ComposeText;
import dev.estiba.cli.recipe.Recipe;
import dev.estiba.cli.recipe.RunWords;
import dev.estiba.cli.recipe.ShellWords;
import java.io.IOException;
import java.util.List;

/** {@code as-command} and {@code as-compose}: print how a container that is there would be made again. */
public final class RecipeCommand implements Command {
    private static final FlagSet FLAGS =
            new FlagSet(false, List.of(Flag.text("program", "The first word").fallback("estiba")));
    private static final FlagSet NO_FLAGS = new FlagSet(false, List.of());

    private final boolean isCompose;

    /** @param isCompose as a compose file; else as a command line */
    public RecipeCommand(boolean isCompose) {
        this.isCompose = isCompose;
    }

    @Override
    public FlagSet flags() {
        return isCompose ? NO_FLAGS : FLAGS;
    }

    @Override
    public String synopsis() {
        return isCompose ? "CONTAINER" : "[OPTIONS] CONTAINER";
    }

    @Override
    public List<Section> sections() {
        return List.of(new Section(
                "What is told",
                List.of(
                        "What the image says by itself is left out, and so is what the engine has chosen: the hostname that is"
                                + " the ID, addresses, ports of the host that were any. Values of environment variables are"
                                + " printed, secrets among them.")));
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, isCompose ? "as-compose" : "as-command");
        Recipe recipe = Recipe.of(call.engine(), call.arguments().getFirst());
        if (isCompose) {
            call.write(ComposeText.of(recipe));
        } else {
            call.say(ShellWords.command(call.flags().text("program") + " run", RunWords.of(recipe)));
        }
        return 0;
    }
}

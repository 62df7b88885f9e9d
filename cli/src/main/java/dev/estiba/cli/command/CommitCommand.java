package dev.estiba.cli.command;

import dev.estiba.api.CommitOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code commit}: makes an image of a container. */
public final class CommitCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.text("author", "Who has made the image").letter('a'),
                    Flag.list("change", "An instruction of a Dockerfile for the image: CMD sh")
                            .letter('c'),
                    Flag.text("message", "The comment of the new step").letter('m'),
                    Flag.onOff("pause", "Pause the container meanwhile")
                            .fallback("true")
                            .letter('p')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.between(call, 1, 2, "commit");
        CommitOptions options = new CommitOptions(
                call.arguments().stream().skip(1).findFirst().filter(each -> !each.isEmpty()),
                Optional.empty(),
                call.flags().text("author"),
                call.flags().text("message"),
                call.flags().all("change"),
                call.flags().isOn("pause"));
        call.say(call.engine().commitContainer(call.arguments().getFirst(), options));
        return 0;
    }
}

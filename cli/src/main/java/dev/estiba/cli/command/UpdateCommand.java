package dev.estiba.cli.command;

import dev.estiba.api.RestartPolicy;
import dev.estiba.api.UpdateRequest;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.CreateBody;
import dev.estiba.cli.create.CreateFlags;
import dev.estiba.cli.create.ResourceLimits;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.Optional;

/** {@code update}: gives containers other limits and another restart policy, while they run too. */
public final class UpdateCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(false, CreateFlags.changeable());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "update");
        if (CreateFlags.changeable().stream().noneMatch(flag -> call.flags().isGiven(flag.name()))) {
            throw new UsageException(1, "you must provide one or more flags when using this command");
        }
        try {
            Optional<RestartPolicy> restart = call.flags().isGiven("restart")
                    ? Optional.of(CreateBody.restart(call.flags().text("restart")))
                    : Optional.empty();
            UpdateRequest request = new UpdateRequest(ResourceLimits.changes(call.flags()), restart);
            return EachContainer.run(call, container -> {
                for (String warning :
                        call.engine().updateContainer(container, request).warnings()) {
                    call.complain("WARNING: " + warning);
                }
            });
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return 1;
        }
    }
}

package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.WaitCondition;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import java.io.IOException;
import java.util.List;

/** {@code wait}: waits until containers do not run and prints their exit statuses. */
public final class WaitCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(false, List.of());

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "CONTAINER [CONTAINER...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "wait");
        int status = 0;
        for (String container : call.arguments()) {
            try {
                call.say(Integer.toString(
                        Foreground.status(call.engine().waitContainer(container, WaitCondition.NOT_RUNNING))));
            } catch (ApiException e) {
                call.complain("estiba: " + e.message());
                status = 1;
            }
        }
        return status;
    }
}

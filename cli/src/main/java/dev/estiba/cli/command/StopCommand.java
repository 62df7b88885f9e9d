package dev.estiba.cli.command;

import dev.estiba.api.StopOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/** {@code stop} and {@code restart}: asks to end, waits, kills. */
public final class StopCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.text("signal", "The signal that asks to end").letter('s'),
                    Flag.whole("timeout", "0", "Seconds until it is killed, -1 for never")
                            .letter('t'),
                    Flag.whole("time", "0", "The same").group("").alias("time")));

    private final boolean startsAgain;

    /** @param startsAgain and starts it again */
    public StopCommand(boolean startsAgain) {
        this.startsAgain = startsAgain;
    }

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
        Arguments.atLeast(call, 1, startsAgain ? "restart" : "stop");
        String given = call.flags().isGiven("time") ? "time" : "timeout";
        OptionalInt timeout =
                call.flags().isGiven(given) ? OptionalInt.of((int) call.flags().number(given)) : OptionalInt.empty();
        StopOptions options = new StopOptions(call.flags().text("signal"), timeout);
        return EachContainer.run(call, container -> {
            if (startsAgain) {
                call.engine().restartContainer(container, options);
            } else {
                call.engine().stopContainer(container, options);
            }
        });
    }
}

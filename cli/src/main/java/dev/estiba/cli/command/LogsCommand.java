package dev.estiba.cli.command;

import dev.estiba.api.LogsOptions;
import dev.estiba.api.OutputStreamName;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.stream.Watched;
import dev.estiba.cli.text.LocalTime;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code logs}: prints what a container has written. */
public final class LogsCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    Flag.onOff("details", "Begin each line with the attributes that the log keeps"),
                    Flag.onOff("follow", "Go on until the container has ended").letter('f'),
                    Flag.text("since", "From a time on: 10m, 2026-11-26T10:00:00"),
                    Flag.text("tail", "The last so many lines").letter('n').fallback("all"),
                    Flag.onOff("timestamps", "Begin each line with its time").letter('t'),
                    Flag.text("until", "Up to a time: 10m, 2026-11-26T10:00:00")));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.exactly(call, 1, "logs");
        try {
            LogsOptions options = options(call);
            return print(call, options);
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return 1;
        }
    }

    private static int print(Call call, LogsOptions options) throws IOException {
        Watched out = new Watched(call.caller().out());
        Watched err = new Watched(call.caller().err());
        try {
            call.engine()
                    .containerLogs(
                            call.arguments().getFirst(),
                            options,
                            (stream, bytes) -> (stream == OutputStreamName.STDERR ? err : out).write(bytes));
            return 0;
        } catch (IOException e) {
            if (out.isBroken() || err.isBroken()) {
                return Foreground.KILLED_BY_PIPE;
            }
            throw e;
        }
    }

    private static LogsOptions options(Call call) throws BadValue {
        return new LogsOptions(
                true,
                true,
                call.flags().isOn("follow"),
                call.flags().isOn("timestamps"),
                call.flags().isOn("details"),
                time(call, "since"),
                time(call, "until"),
                tail(call.flags().text("tail")));
    }

    private static Optional<Instant> time(Call call, String flag) throws BadValue {
        String text = call.flags().text(flag);
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(new LocalTime(call.caller().environment()).read(text, Instant.now()));
    }

    /** As with Docker's command, what is no number is all. */
    private static OptionalLong tail(String text) {
        boolean isNumber =
                !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }
}

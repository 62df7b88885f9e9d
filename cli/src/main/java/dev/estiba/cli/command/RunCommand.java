package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.ExplainOptions;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.create.CreateFlags;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.cli.stream.DetachKeys;
import dev.estiba.cli.stream.Watched;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code run}: makes a container, starts it, and stays with it unless {@code --detach}. */
public final class RunCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(true, all());

    private static List<Flag> all() {
        List<Flag> flags = new ArrayList<>(List.of(
                Flag.onOff("detach", "Leave it running and print its ID").letter('d'),
                DetachKeys.flag(),
                Flag.onOff("sig-proxy", "Pass signals on to its process").fallback("true")));
        flags.addAll(HealthWait.flags());
        flags.addAll(CreateFlags.all());
        flags.addAll(Flag.grouped(
                "Look inside",
                Flag.onOff("explain", "Print how it would start, step by step; start nothing"),
                Flag.onOff("trace", "Run it, and print what each step returned and how long it took"),
                Flag.text("format", "For --explain and --trace: text, json").fallback("text"),
                Flag.onOff("show-env", "With --explain and --trace show the values of variables")));
        return flags;
    }

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 1, "run");
        try {
            ExplainOptions explain = options(call);
            CreateRequest body = CreateCommand.body(call);
            if (call.flags().isOn("explain")) {
                return explain(call, body, explain);
            }
            return new Start(call, body, explain).run();
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return FlagSet.WRONG_FLAG;
        }
    }

    private static int explain(Call call, CreateRequest body, ExplainOptions options) throws IOException {
        Watched out = new Watched(call.caller().out());
        try {
            call.engine().explainContainer(body, options, out);
            return 0;
        } catch (ApiException e) {
            if (out.isBroken()) {
                return Foreground.KILLED_BY_PIPE;
            }
            call.complain("estiba: " + e.message());
            return StartFailure.status(e.message());
        }
    }

    private static ExplainOptions options(Call call) throws BadValue {
        ExplainOptions.Format format = switch (call.flags().text("format")) {
            case "text" -> ExplainOptions.Format.TEXT;
            case "json" -> ExplainOptions.Format.JSON;
            default -> throw new BadValue("invalid --format: must be text or json");
        };
        int width = call.caller().isTerminal(1)
                ? call.caller().windowSize().map(size -> size.columns()).orElse(0)
                : 0;
        Optional<String> platform = Optional.of(call.flags().text("platform")).filter(text -> !text.isEmpty());
        return new ExplainOptions(format, width, call.flags().isOn("show-env"), platform);
    }
}

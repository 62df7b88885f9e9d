package dev.estiba.cli.command;

import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.ContainerState;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.stream.DetachKeys;
import dev.estiba.cli.stream.Session;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** {@code attach}: joins a running container's streams. */
public final class AttachCommand implements Command {
    private static final FlagSet FLAGS = new FlagSet(
            false,
            List.of(
                    DetachKeys.flag(),
                    Flag.onOff("no-stdin", "Do not give it this input"),
                    Flag.onOff("sig-proxy", "Pass signals on to its process").fallback("true")));

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
        Arguments.exactly(call, 1, "attach");
        ContainerInspect container =
                call.engine().inspectContainer(call.arguments().getFirst());
        Optional<String> problem = problem(container.state());
        if (problem.isPresent()) {
            call.complain("estiba: " + problem.get());
            return 1;
        }
        boolean isTerminal = container.config().tty();
        boolean hasInput = !call.flags().isOn("no-stdin") && container.config().openStdin();
        if (hasInput && isTerminal && !call.caller().isTerminal(0)) {
            call.complain("estiba: the input device is not a TTY");
            return 1;
        }
        AttachOptions streams = new AttachOptions(hasInput, true, true, false, true, "");
        try (Attachment attachment = call.engine().attachContainer(container.id(), streams)) {
            Session session = new Session(
                    call.caller(),
                    attachment,
                    hasInput,
                    isTerminal,
                    call.flags().text("detach-keys"));
            CompletableFuture<WaitResponse> end =
                    call.engine().waitContainer(container.id(), WaitCondition.NOT_RUNNING);
            Foreground foreground = new Foreground(call, container.id());
            foreground.takeSignals(call.flags().isOn("sig-proxy") && !isTerminal);
            return foreground.stay(session, isTerminal, end);
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return 1;
        }
    }

    private static Optional<String> problem(ContainerState state) {
        if (!state.running()) {
            return Optional.of("cannot attach to a stopped container, start it first");
        }
        if (state.paused()) {
            return Optional.of("cannot attach to a paused container, unpause it first");
        }
        return state.restarting()
                ? Optional.of("cannot attach to a restarting container, wait until it is running")
                : Optional.empty();
    }
}

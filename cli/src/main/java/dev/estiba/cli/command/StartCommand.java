package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerInspect;
import dev.estiba.api.StartOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.foresight.Foresight;
import dev.estiba.cli.stream.DetachKeys;
import dev.estiba.cli.stream.Session;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@code start}: starts containers that do not run. */
public final class StartCommand implements Command {
    private static final FlagSet FLAGS = Foresight.flags(
            false,
            List.of(
                    Flag.onOff("attach", "Show its output and pass signals on").letter('a'),
                    Flag.onOff("interactive", "Give it this input").letter('i'),
                    DetachKeys.flag()));

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
        Arguments.atLeast(call, 1, "start");
        boolean isAttached = call.flags().isOn("attach") || call.flags().isOn("interactive");
        if (!isAttached) {
            return EachContainer.run(call, container -> call.engine().startContainer(container, StartOptions.DEFAULT));
        }
        if (call.arguments().size() > 1) {
            call.complain("estiba: you cannot start and attach multiple containers at once");
            return 1;
        }
        try {
            return attached(
                    call, call.engine().inspectContainer(call.arguments().getFirst()));
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return 1;
        }
    }

    private static int attached(Call call, ContainerInspect container) throws IOException, BadValue {
        boolean hasInput =
                call.flags().isOn("interactive") && container.config().openStdin();
        boolean isTerminal = container.config().tty();
        AttachOptions streams = new AttachOptions(hasInput, true, true, false, true, "");
        try (Attachment attachment = call.engine().attachContainer(container.id(), streams)) {
            Session session = new Session(
                    call.caller(),
                    attachment,
                    hasInput,
                    isTerminal,
                    call.flags().text("detach-keys"));
            boolean isRemoved = container.hostConfig().autoRemove();
            CompletableFuture<WaitResponse> end = call.engine()
                    .waitContainer(container.id(), isRemoved ? WaitCondition.REMOVED : WaitCondition.NEXT_EXIT);
            Foreground foreground = new Foreground(call, container.id());
            foreground.takeSignals(!isTerminal);
            try {
                call.engine().startContainer(container.id(), StartOptions.DEFAULT);
            } catch (ApiException e) {
                call.complain("estiba: " + e.message());
                return 1;
            }
            return foreground.stay(session, isTerminal, end);
        }
    }
}

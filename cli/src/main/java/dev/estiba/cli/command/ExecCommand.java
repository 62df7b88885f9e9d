package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ConsoleSize;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.cli.Call;
import dev.estiba.cli.Command;
import dev.estiba.cli.WindowSize;
import dev.estiba.cli.create.KeyValues;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.Flag;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.flag.UsageException;
import dev.estiba.cli.stream.DetachKeys;
import dev.estiba.cli.stream.Session;
import dev.estiba.cli.stream.Signals;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code exec}: runs another process in a running container. */
public final class ExecCommand implements Command {
    private static final int FAILED = 1, START_FAILED = 125, SIGNALLED = 128, KILLED_BY_PIPE = 141;
    private static final FlagSet FLAGS = new FlagSet(
            true,
            List.of(
                    Flag.onOff("detach", "Leave it running").letter('d'),
                    DetachKeys.flag(),
                    Flag.list("env", "Set an environment variable: NAME=VALUE").letter('e'),
                    Flag.list("env-file", "Read environment variables from a file"),
                    Flag.onOff("interactive", "Give it this input").letter('i'),
                    Flag.onOff("privileged", "Give it nearly all rights that root has on the host"),
                    Flag.onOff("tty", "Give it a terminal").letter('t'),
                    Flag.text("user", "Who runs it: NAME or NUMBER, with :GROUP")
                            .letter('u'),
                    Flag.text("workdir", "Its working directory").letter('w')));

    @Override
    public FlagSet flags() {
        return FLAGS;
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER COMMAND [ARG...]";
    }

    @Override
    public int run(Call call) throws IOException, UsageException {
        Arguments.atLeast(call, 2, "exec");
        try {
            boolean isDetached = call.flags().isOn("detach");
            ExecCreateRequest body = body(call, isDetached);
            if (body.attachStdin() && body.tty() && !call.caller().isTerminal(0)) {
                call.complain("estiba: the input device is not a TTY");
                return FAILED;
            }
            String id = call.engine().createExec(call.arguments().getFirst(), body);
            return start(call, id, body, isDetached);
        } catch (BadValue e) {
            call.complain("estiba: " + e.why());
            return FAILED;
        }
    }

    private static ExecCreateRequest body(Call call, boolean isDetached) throws BadValue {
        ExecCreateRequest.Builder body = ExecCreateRequest.builder()
                .user(call.flags().text("user"))
                .privileged(call.flags().isOn("privileged"))
                .tty(call.flags().isOn("tty"))
                .attachStdin(!isDetached && call.flags().isOn("interactive"))
                .attachStdout(!isDetached)
                .attachStderr(!isDetached)
                .detachKeys(call.flags().text("detach-keys"))
                .env(KeyValues.environment(
                        call.flags().all("env-file"), call.flags().all("env"), call.caller()))
                .workingDir(call.flags().text("workdir"))
                .cmd(call.arguments().subList(1, call.arguments().size()));
        size(call).ifPresent(body::consoleSize);
        return body.build();
    }

    private static Optional<ConsoleSize> size(Call call) {
        return call.flags().isOn("tty")
                ? call.caller().windowSize().map(size -> new ConsoleSize(size.rows(), size.columns()))
                : Optional.empty();
    }

    private static int start(Call call, String id, ExecCreateRequest body, boolean isDetached)
            throws IOException, BadValue {
        ExecStartRequest start = new ExecStartRequest(isDetached, body.tty(), size(call));
        try (Attachment attachment = call.engine().startExec(id, start)) {
            if (isDetached) {
                return 0;
            }
            Session session = new Session(call.caller(), attachment, body.attachStdin(), body.tty(), body.detachKeys());
            if (body.tty()) {
                Session.followSize(call.caller(), to -> resize(call, id, to));
            }
            // As with Docker's: they are the command's, and its process goes on.
            AtomicInteger signal = new AtomicInteger();
            call.caller().onSignal(number -> {
                if (Signals.ends(number)) {
                    signal.compareAndSet(0, number);
                    session.leave();
                }
            });
            return switch (session.run()) {
                case OUTPUT -> status(call.engine().inspectExec(id));
                case DETACHED -> signal.get() == 0 ? 0 : SIGNALLED + signal.get();
                case BROKEN_PIPE -> KILLED_BY_PIPE;
            };
        } catch (ApiException e) {
            call.complain("estiba: " + e.message());
            int status = StartFailure.status(e.message());
            return status == START_FAILED ? FAILED : status;
        }
    }

    private static int status(ExecInspect exec) {
        return exec.exitCode().orElse(0);
    }

    private static void resize(Call call, String id, WindowSize size) {
        try {
            call.engine().resizeExec(id, size.rows(), size.columns());
        } catch (ApiException ended) {
            // It has ended: nobody looks at its terminal.
        }
    }
}

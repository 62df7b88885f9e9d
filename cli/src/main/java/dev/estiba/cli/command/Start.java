package dev.estiba.cli.command;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.ContainerConfig;
import dev.estiba.api.CreateRequest;
import dev.estiba.api.ExplainOptions;
import dev.estiba.api.RemoveOptions;
import dev.estiba.api.StartOptions;
import dev.estiba.api.WaitCondition;
import dev.estiba.api.WaitResponse;
import dev.estiba.cli.Call;
import dev.estiba.cli.flag.BadValue;
import dev.estiba.cli.flag.FlagSet;
import dev.estiba.cli.stream.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One {@code run}, in Docker's order: create, attach, wait, start, so that nothing is missed of what comes. */
final class Start {
    private static final int FAILED = 1;

    private final Call call;
    private final ExplainOptions explain;
    private final CreateRequest body;
    private final boolean isDetached;
    private String id = "";

    Start(Call call, CreateRequest wanted, ExplainOptions explain) throws BadValue {
        this.call = call;
        this.explain = explain;
        isDetached = call.flags().isOn("detach") || HealthWait.isWanted(call);
        if (isDetached && call.flags().isGiven("attach")) {
            throw new BadValue("conflicting options: cannot specify both --attach and --detach");
        }
        body = isDetached ? detached(wanted) : wanted;
    }

    private static CreateRequest detached(CreateRequest wanted) {
        ContainerConfig config = wanted.config().toBuilder()
                .attachStdin(false)
                .attachStdout(false)
                .attachStderr(false)
                .stdinOnce(false)
                .build();
        return new CreateRequest(config, wanted.hostConfig(), wanted.networkingConfig());
    }

    int run() throws IOException, BadValue {
        ContainerConfig config = body.config();
        if (config.attachStdin() && config.tty() && !call.caller().isTerminal(0)) {
            call.complain("estiba: the input device is not a TTY");
            return FAILED;
        }
        String keys = call.flags().text("detach-keys");
        try (Cidfile cidfile = Cidfile.create(call.flags().text("cidfile"), call.caller())) {
            id = CreateCommand.create(call, body, cidfile);
            checkHealth();
        } catch (PullFailure e) {
            call.complain("estiba: " + e.message());
            return FlagSet.WRONG_FLAG; // whatever the sentence is: no container came of it
        } catch (ApiException e) {
            return failed(e);
        }
        boolean isAttached = config.attachStdin() || config.attachStdout() || config.attachStderr();
        if (!isAttached) {
            return start(Optional.empty(), CompletableFuture.completedFuture(new WaitResponse(0, Optional.empty())));
        }
        AttachOptions streams =
                new AttachOptions(config.attachStdin(), config.attachStdout(), config.attachStderr(), false, true, "");
        try (Attachment attachment = call.engine().attachContainer(id, streams)) {
            Session session = new Session(call.caller(), attachment, config.attachStdin(), config.tty(), keys);
            WaitCondition condition = body.hostConfig().autoRemove() ? WaitCondition.REMOVED : WaitCondition.NEXT_EXIT;
            return start(Optional.of(session), call.engine().waitContainer(id, condition));
        }
    }

    /** What cannot be waited for is not there afterwards either. */
    private void checkHealth() throws ApiException {
        if (!HealthWait.isWanted(call)) {
            return;
        }
        try {
            HealthWait.check(call, id);
        } catch (ApiException e) {
            call.engine().removeContainer(id, new RemoveOptions(true, true, false));
            throw e;
        }
    }

    private int start(Optional<Session> session, CompletableFuture<WaitResponse> end) throws IOException {
        Foreground foreground = new Foreground(call, id);
        if (!isDetached) {
            foreground.takeSignals(call.flags().isOn("sig-proxy"));
        }
        boolean isTraced = call.flags().isOn("trace");
        ByteArrayOutputStream trace = new ByteArrayOutputStream();
        try {
            call.engine().startContainer(id, new StartOptions("", isTraced));
        } catch (ApiException e) {
            if (session.isPresent() && body.hostConfig().autoRemove()) {
                awaitRemoval(end);
            }
            return failed(e);
        }
        if (isTraced) {
            call.engine().traceContainer(id, explain, trace);
        }
        int status = session.isPresent()
                ? foreground.stay(session.get(), body.config().tty(), end)
                : 0;
        if (session.isEmpty() || !body.config().attachStdout() && !body.config().attachStderr()) {
            call.say(id);
        }
        if (trace.size() > 0) {
            call.caller().err().write(trace.toByteArray());
        }
        return HealthWait.isWanted(call) ? HealthWait.await(call, id) : status;
    }

    /** How that went is of no interest beside why it did not start. */
    private static void awaitRemoval(CompletableFuture<WaitResponse> end) {
        try {
            Foreground.status(end);
        } catch (IOException alreadyGone) {
            return;
        }
    }

    private int failed(ApiException e) throws IOException {
        call.complain("estiba: " + e.message());
        return StartFailure.status(e.message());
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.AttachOptions;
import dev.estiba.api.Attachment;
import dev.estiba.api.LogsOptions;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.log.ContainerLog;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;

/** Attaching to containers, before and after their start, and their terminals' sizes. */
final class Attaching {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Context context;
    private final Runs runs;

    Attaching(Context context, Runs runs) {
        this.context = context;
        this.runs = runs;
    }

    Attachment attach(String reference, AttachOptions options) throws IOException {
        try (Locked container = context.lock(reference)) {
            Status status = context.status(container);
            if (status instanceof Status.Running(int pid, boolean paused) && paused) {
                throw ApiException.conflict(
                        "container " + container.record().id() + " is paused, unpause the container before attach");
            }
            // Connected first: what is in the log is then all that the connection does not bring.
            Optional<AttachClient> client =
                    options.stream() ? Optional.of(client(container, status, wants(options))) : Optional.empty();
            Queue<Attachment.Output> before = new ArrayDeque<>();
            if (options.logs()) {
                LogsOptions all = new LogsOptions(
                        options.stdout(),
                        options.stderr(),
                        false,
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty());
                try (ContainerLog log = ContainerLog.of(LogOptions.path(
                        container.home().dataPath(), container.record().id()))) {
                    log.read(all, (stream, bytes) -> before.add(new Attachment.Output(stream, bytes)));
                }
            }
            Happened.to(context, container.record(), "attach");
            return new MonitorAttachment(client, before);
        }
    }

    private AttachClient client(Locked container, Status status, Set<AttachClient.Wants> wants) throws IOException {
        if (status instanceof Status.Running) {
            return Runs.connect(container.home(), wants);
        }
        Optional<AttachClient> early = runs.coming(container.record().id()).attach(wants);
        return early.isPresent() ? early.get() : Runs.connect(container.home(), wants);
    }

    private static Set<AttachClient.Wants> wants(AttachOptions options) {
        Set<AttachClient.Wants> wants = EnumSet.of(AttachClient.Wants.END);
        if (options.stdin()) {
            wants.add(AttachClient.Wants.STDIN);
        }
        if (options.stdout()) {
            wants.add(AttachClient.Wants.STDOUT);
        }
        if (options.stderr()) {
            wants.add(AttachClient.Wants.STDERR);
        }
        return wants;
    }

    void resize(String reference, int rows, int columns) throws IOException {
        try (Locked container = context.look(reference);
                AttachClient client = Runs.connect(container.home(), EnumSet.noneOf(AttachClient.Wants.class))) {
            client.resize(rows, columns);
            Optional<AttachFrame> frame = client.next(PATIENCE);
            while (frame.isPresent() && !(frame.get() instanceof AttachFrame.Done)) {
                frame = client.next(PATIENCE);
            }
            if (frame.isPresent() && frame.get() instanceof AttachFrame.Done(int errno) && errno != 0) {
                throw ApiException.serverError("cannot resize the terminal of container "
                        + container.record().id() + ": " + dev.estiba.linux.number.Errno.describe(errno));
            }
            Map<String, String> size = Map.of("height", Integer.toString(rows), "width", Integer.toString(columns));
            Happened.to(context, container.record(), "resize", size);
        }
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.LogSink;
import dev.estiba.api.LogsOptions;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.log.ContainerLog;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import java.io.IOException;
import java.util.Optional;

/** {@code GET /containers/ID/logs}. */
final class Logs {
    private final Context context;

    Logs(Context context) {
        this.context = context;
    }

    void read(String reference, LogsOptions options, LogSink to) throws IOException {
        try (Locked container = context.look(reference)) {
            if (container.record().request().hostConfig().logConfig().type().equals("none")) {
                throw ApiException.notImplemented("configured logging driver does not support reading");
            }
            if (!options.stdout() && !options.stderr()) {
                throw ApiException.badRequest("Bad parameters: you must choose at least one stream");
            }
            ContainerLog log = ContainerLog.of(LogOptions.path(
                    container.home().dataPath(), container.record().id()));
            Optional<AttachClient> bell = options.follow() ? bell(container) : Optional.empty();
            log.read(options, to);
            if (bell.isPresent()) {
                try (AttachClient ringing = bell.get()) {
                    follow(ringing, log, options, to);
                }
            }
        }
    }

    /** The log's file is the truth; a client of the monitor only tells when there is more in it. */
    private static void follow(AttachClient bell, ContainerLog log, LogsOptions options, LogSink to)
            throws IOException {
        Optional<AttachFrame> frame;
        do {
            frame = bell.next();
            log.readOn(options, to);
        } while (frame.isPresent() && !(frame.get() instanceof AttachFrame.Exit));
    }

    private Optional<AttachClient> bell(Locked container) throws IOException {
        if (!(context.status(container) instanceof Status.Running)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Runs.connect(container.home(), AttachClient.watching()));
        } catch (ApiException e) {
            if (e.status() == ApiException.CONFLICT) {
                return Optional.empty(); // it has ended meanwhile
            }
            throw e;
        }
    }
}

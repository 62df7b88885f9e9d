package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.LogConfig;
import dev.estiba.api.LogSink;
import dev.estiba.api.LogsOptions;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.log.ContainerLog;
import dev.estiba.engine.log.LogTag;
import dev.estiba.engine.log.LogTargets;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

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
            ContainerRecord record = container.record();
            Path file = LogOptions.path(container.home().dataPath(), record.id());
            Optional<AttachClient> bell = options.follow() ? bell(container) : Optional.empty();
            int files = LogOptions.of(record.request().hostConfig().logConfig()).maxFiles();
            try (ContainerLog log =
                    ContainerLog.of(file, options.details() ? attributes(record) : Map.of(), Math.max(2, files))) {
                log.read(options, to);
                if (bell.isPresent()) {
                    follow(bell.get(), log, options, to);
                }
            } finally {
                bell.ifPresent(AttachClient::close);
            }
        }
    }

    private static Map<String, String> attributes(ContainerRecord record) throws ApiException {
        LogConfig config = record.request().hostConfig().logConfig();
        Map<String, String> attributes =
                new HashMap<>(LogTargets.attributes(config, record.request().config()));
        String tag = config.config().getOrDefault("tag", "");
        if (!tag.isEmpty()) {
            attributes.put("tag", LogTag.text(tag, LogForwarding.subject(record)));
        }
        return attributes;
    }

    /**
     * The log's file is the truth; a client of the monitor only tells when there is more in it. It is listened to by a
     * thread of its own, because who waits in a system call hears no interrupt.
     */
    private static void follow(AttachClient bell, ContainerLog log, LogsOptions options, LogSink to)
            throws IOException {
        Semaphore rings = new Semaphore(0);
        AtomicBoolean over = new AtomicBoolean();
        Thread.ofPlatform().daemon(true).name("log bell").start(() -> listen(bell, rings, over));
        boolean last;
        do {
            try {
                rings.acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ApiException.serverError("interrupted while following a log");
            }
            rings.drainPermits();
            last = over.get();
            log.readOn(options, to);
        } while (!last);
    }

    private static void listen(AttachClient bell, Semaphore rings, AtomicBoolean over) {
        try {
            Optional<AttachFrame> frame;
            do {
                frame = bell.next();
                over.set(frame.isEmpty() || frame.get() instanceof AttachFrame.Exit);
                rings.release();
            } while (!over.get());
        } catch (IOException | RuntimeException e) {
            // Closed by who followed, or broken: either way there is nothing more to hear.
            over.set(true);
            rings.release();
        }
    }

    private Optional<AttachClient> bell(Locked container) throws IOException {
        return context.status(container) instanceof Status.Running
                ? Runs.answering(container.home(), AttachClient.watching())
                : Optional.empty(); // also when it has ended meanwhile
    }
}

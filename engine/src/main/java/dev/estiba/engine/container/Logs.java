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
                // From the beginning: the monitor, and with it the container, waits for a client that does not listen.
                Optional<Rings> rings = bell.map(Logs::listened);
                log.read(options, to);
                if (rings.isPresent()) {
                    follow(rings.get(), log, options, to);
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

    /** What a bell has told since it was last asked. */
    private record Rings(Semaphore permits, AtomicBoolean over) {
        void ring(boolean isLast) {
            over.set(isLast);
            if (isLast || permits.availablePermits() == 0) {
                permits.release();
            }
        }
    }

    /** By a thread of its own: who waits in a system call hears no interrupt, and who writes to somebody slow hears no bell. */
    private static Rings listened(AttachClient bell) {
        Rings rings = new Rings(new Semaphore(0), new AtomicBoolean());
        Thread.ofPlatform().daemon(true).name("log bell").start(() -> listen(bell, rings));
        return rings;
    }

    /** The log's file is the truth; a client of the monitor only tells when there is more in it. */
    private static void follow(Rings rings, ContainerLog log, LogsOptions options, LogSink to) throws IOException {
        boolean last;
        do {
            try {
                rings.permits().acquire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ApiException.serverError("interrupted while following a log");
            }
            rings.permits().drainPermits();
            last = rings.over().get();
            log.readOn(options, to);
        } while (!last);
    }

    private static void listen(AttachClient bell, Rings rings) {
        try {
            boolean isLast;
            do {
                Optional<AttachFrame> frame = bell.next();
                isLast = frame.isEmpty() || frame.get() instanceof AttachFrame.Exit;
                rings.ring(isLast);
            } while (!isLast);
        } catch (IOException | RuntimeException e) {
            rings.ring(true); // closed by who followed, or broken: either way there is nothing more to hear
        }
    }

    private Optional<AttachClient> bell(Locked container) throws IOException {
        return context.status(container) instanceof Status.Running
                ? Runs.answering(container.home(), AttachClient.watching())
                : Optional.empty(); // also when it has ended meanwhile
    }
}

package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.log.ContainerLog;
import dev.estiba.engine.log.LogCursor;
import dev.estiba.engine.log.LogDriver;
import dev.estiba.engine.log.LogSockets;
import dev.estiba.engine.log.LogTag;
import dev.estiba.engine.log.LogTarget;
import dev.estiba.engine.log.LogTargets;
import dev.estiba.engine.spec.Merge;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.linux.Open;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Hands on what is in the logs of containers whose driver is somebody else's log, in a process that stays. The monitor's file is the
 * truth: it is read from where the last one to do this has got to, which a file beside it says ({@link LogCursor}), so nothing is
 * left out when this process is replaced, or nobody listens for a while. What was sent just before a process was killed is sent
 * once more.
 */
final class LogForwarding {
    private static final Logger LOG = System.getLogger(LogForwarding.class.getName());

    private final LogSockets sockets;
    private final String host;
    private final Map<String, ForwardedLog> logs = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "log forwarding");
        thread.setDaemon(true);
        return thread;
    });
    private final LogCompression compression = new LogCompression(timer);
    private volatile boolean isActive;

    /** @param host its name */
    LogForwarding(LogSockets sockets, String host) {
        this.sockets = sockets;
        this.host = host;
        timer.setRemoveOnCancelPolicy(true);
    }

    void activate() {
        isActive = true;
    }

    /** @throws ApiException 501 where nobody would do it */
    void refuse(LogDriver driver) throws ApiException {
        if (driver.isForwarded() && !isActive) {
            throw ApiException.notImplemented("the log driver " + driver.word() + " needs the daemon");
        }
    }

    /** Before a start. */
    void check(ContainerRecord record) throws ApiException {
        if (isForwarded(record)) {
            LogTargets.check(record.request().hostConfig().logConfig(), sockets);
        }
    }

    private static boolean isForwarded(ContainerRecord record) throws ApiException {
        return LogDriver.of(record.request().hostConfig().logConfig().type()).isForwarded();
    }

    /** It runs; or it has ended, and its log may not have been handed on to its end. */
    void follow(Locked container, boolean isRunning) throws IOException {
        ContainerRecord record = container.record();
        if (isActive) {
            compression.follow(container, isRunning);
        }
        if (!isActive || !isForwarded(record)) {
            return;
        }
        ForwardedLog log = logs.get(record.id());
        if (log == null || !log.goesOn()) {
            log = open(container);
            logs.put(record.id(), log);
            log.start(timer);
        }
        if (!isRunning) {
            log.ended();
        }
    }

    private ForwardedLog open(Locked container) throws IOException {
        ContainerRecord record = container.record();
        LogTarget target = LogTargets.of(
                record.request().hostConfig().logConfig(), record.request().config(), subject(record), sockets, host);
        Path file = LogOptions.path(container.home().dataPath(), record.id());
        ContainerLog log = ContainerLog.of(file);
        Optional<LogCursor> cursor =
                container.home().dataFile(ForwardedLog.CURSOR).flatMap(LogCursor::parse);
        if (cursor.isPresent() && !log.resume(cursor.get())) {
            LOG.log(
                    Level.WARNING,
                    "container " + record.id() + ": its log was rotated away before all of it was handed on");
        }
        return new ForwardedLog(
                record.id(),
                file,
                log,
                target,
                // Opened anew: a duplicate would share the container's lock, and keep it.
                Open.absolute(container.home().dataPath().toString(), Open.How.directory()),
                done -> logs.remove(record.id(), done));
    }

    static LogTag.Subject subject(ContainerRecord record) {
        return new LogTag.Subject(
                record.id(),
                record.name(),
                record.imageId(),
                record.request().config().image(),
                String.join(" ", Merge.command(record.request().config())));
    }

    /** Its run has ended: what is in its log is handed on, and then nobody looks any more. */
    void ended(String id) {
        compression.ended(id);
        ForwardedLog log = logs.get(id);
        if (log != null) {
            log.ended();
        }
    }

    /** It is about to be removed: the rest is handed on before, as far as somebody takes it now. */
    void removing(String id) {
        compression.removing(id);
        ForwardedLog log = logs.remove(id);
        if (log != null) {
            log.finish();
        }
    }
}

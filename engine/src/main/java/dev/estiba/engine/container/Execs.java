package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.Attachment;
import dev.estiba.api.ConsoleSize;
import dev.estiba.api.ExecCreateRequest;
import dev.estiba.api.ExecInspect;
import dev.estiba.api.ExecProcess;
import dev.estiba.api.ExecStartRequest;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.spec.ExecSpec;
import dev.estiba.engine.spec.Jail;
import dev.estiba.engine.store.ContainerRecord;
import dev.estiba.engine.store.ContainerStore;
import dev.estiba.linux.Directory;
import dev.estiba.linux.ErrnoException;
import dev.estiba.linux.Fd;
import dev.estiba.linux.Open;
import dev.estiba.linux.RemoveTree;
import dev.estiba.linux.number.Errno;
import dev.estiba.oci.runtime.Process;
import dev.estiba.runtime.Container;
import dev.estiba.runtime.MonitorRequest;
import dev.estiba.runtime.Monitored;
import dev.estiba.runtime.compile.Isolation;
import dev.estiba.runtime.monitor.AttachClient;
import dev.estiba.runtime.monitor.AttachClient.Wants;
import dev.estiba.runtime.monitor.AttachFrame;
import dev.estiba.runtime.monitor.MonitorSettings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Further processes in running containers. Each has a monitor of its own, without a log; an exec itself lives in this
 * process's memory only, as it does in Docker.
 */
final class Execs {
    private static final Logger LOG = System.getLogger(Execs.class.getName());
    private static final int KEPT = 1000;
    /** A monitor that was killed says nothing. */
    private static final int MONITOR_LOST = 137;

    private final Context context;
    private final Watchers watchers;
    private final Map<String, Exec> execs = new ConcurrentHashMap<>();

    /** One exec. */
    private static final class Exec {
        private final String id = ContainerStore.newId();
        private final String containerId;
        private final ExecCreateRequest request;
        private boolean started;
        private int pid;
        private OptionalInt exitCode = OptionalInt.empty();
        private Optional<AttachClient> watch = Optional.empty();

        Exec(String containerId, ExecCreateRequest request) {
            this.containerId = containerId;
            this.request = request;
        }

        synchronized void begin() throws ApiException {
            if (started) {
                throw ApiException.conflict("exec " + id + " has been started already");
            }
            started = true;
        }

        synchronized void runs(int number, AttachClient client) {
            pid = number;
            watch = Optional.of(client);
        }

        synchronized void ended(int code) {
            if (exitCode.isEmpty()) {
                exitCode = OptionalInt.of(code);
            }
            watch = Optional.empty();
        }

        /** Who reads its output asks next how it has ended, and may be faster than the thread that watches it. */
        void outputEnded(Optional<AttachFrame.Exit> exit) {
            ended(exit.map(last -> last.status().shell()).orElse(MONITOR_LOST));
        }

        /** As events have it: moby joins the program and its arguments with a space, also where there are none. */
        String line() {
            List<String> words = request.cmd();
            return words.getFirst() + " " + String.join(" ", words.subList(1, words.size()));
        }

        synchronized boolean isOver() {
            return exitCode.isPresent();
        }

        synchronized Optional<AttachClient> watch() {
            return watch;
        }

        synchronized ExecInspect inspect() {
            List<String> words = request.cmd();
            return new ExecInspect(
                    id,
                    started && exitCode.isEmpty(),
                    exitCode,
                    new ExecProcess(
                            request.tty(),
                            words.getFirst(),
                            words.subList(1, words.size()),
                            Optional.of(request.privileged()),
                            request.user()),
                    request.attachStdin(),
                    request.attachStderr(),
                    request.attachStdout(),
                    exitCode.isPresent(),
                    containerId,
                    request.detachKeys(),
                    pid);
        }
    }

    Execs(Context context, Watchers watchers) {
        this.context = context;
        this.watchers = watchers;
    }

    String create(String reference, ExecCreateRequest request) throws IOException {
        if (request.cmd().isEmpty()) {
            throw ApiException.badRequest("No exec command specified");
        }
        try (Locked container = context.look(reference)) {
            running(container);
            Jail.refuse(container.record().request(), request);
            if (request.privileged()) {
                SpareRoots.spoil(container.home());
            }
            Exec exec = new Exec(container.record().id(), request);
            if (execs.size() >= KEPT) {
                execs.values().removeIf(Exec::isOver);
            }
            execs.put(exec.id, exec);
            tell(container, exec, "exec_create: " + exec.line(), Map.of());
            return exec.id;
        }
    }

    private void tell(Locked container, Exec exec, String action, Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(more);
        attributes.put("execID", exec.id);
        Happened.to(context, container.record(), action, attributes);
    }

    private void running(Locked container) throws IOException {
        if (!(context.status(container) instanceof Status.Running(int pid, boolean paused))) {
            throw notRunning(container.record().id());
        }
        if (paused) {
            throw ApiException.conflict(
                    "Container " + container.record().name() + " is paused, unpause the container before exec");
        }
    }

    private static ApiException notRunning(String containerId) {
        return ApiException.conflict("container " + containerId + " is not running");
    }

    private Exec exec(String id) throws ApiException {
        Exec exec = execs.get(id);
        if (exec == null) {
            throw ApiException.notFound("No such exec instance: " + id);
        }
        return exec;
    }

    ExecInspect inspect(String id) throws ApiException {
        return exec(id).inspect();
    }

    Attachment start(String id, ExecStartRequest body) throws IOException {
        Exec exec = exec(id);
        exec.begin();
        boolean there = false;
        try {
            Process process = process(exec, body);
            Attachment attachment;
            try (Locked container = context.look(exec.containerId)) {
                tell(container, exec, "exec_start: " + exec.line(), Map.of());
                attachment = start(exec, process, body, container);
            }
            there = true;
            return attachment;
        } catch (IOException e) {
            ApiException why = HostLimits.explained(Failure.ofExec(e));
            exec.ended(Failure.code(why));
            throw why;
        } finally {
            if (!there && !exec.isOver()) {
                exec.ended(126);
            }
        }
    }

    private Attachment start(Exec exec, Process process, ExecStartRequest body, Locked container) throws IOException {
        Container running = context.runtime().find(exec.containerId).orElseThrow(() -> notRunning(exec.containerId));
        MonitorSettings settings = settings(exec, body);
        List<AttachClient.Given> clients = new ArrayList<>();
        AttachClient.Given watch = AttachClient.given(EnumSet.of(Wants.END));
        clients.add(watch);
        Optional<AttachClient> attached = Optional.empty();
        if (!body.detach()) {
            AttachClient.Given given = AttachClient.given(wants(exec.request));
            clients.add(given);
            attached = Optional.of(given.client());
        }
        boolean there = false;
        Directory.make(container.home().run(), exec.id, 0700);
        try (Fd directory = Open.at(container.home().run(), exec.id, Open.How.directory())) {
            MonitorRequest request = new MonitorRequest(
                    settings,
                    Isolation.NAMESPACES,
                    directory,
                    Optional.empty(),
                    clients.stream().map(AttachClient.Given::theirs).toList(),
                    Optional.empty(),
                    _ -> {});
            Monitored monitored = running.monitor(process, request);
            there = true;
            exec.runs(monitored.pid(), watch.client());
            watch(exec, watch.client(), monitored);
            return new MonitorAttachment(attached, new ArrayDeque<>(), exec::outputEnded);
        } finally {
            clients.forEach(AttachClient.Given::close);
            if (!there) {
                clients.forEach(each -> each.client().close());
                RemoveTree.remove(container.home().run(), exec.id);
            }
        }
    }

    private static EnumSet<Wants> wants(ExecCreateRequest request) {
        EnumSet<Wants> wants = EnumSet.of(Wants.END);
        if (request.attachStdin()) {
            wants.add(Wants.STDIN);
        }
        if (request.attachStdout()) {
            wants.add(Wants.STDOUT);
        }
        if (request.attachStderr()) {
            wants.add(Wants.STDERR);
        }
        return wants;
    }

    private static MonitorSettings settings(Exec exec, ExecStartRequest body) {
        MonitorSettings settings =
                MonitorSettings.plain(Observer.EXIT).withTitle("estiba-exec " + exec.id.substring(0, 12));
        if (exec.request.tty()) {
            settings = settings.withTerminal();
        }
        return exec.request.attachStdin() && !body.detach() ? settings.withInput(true) : settings;
    }

    /**
     * Looked up through the container's first process: what it has mounted and changed counts, not its image. Under the
     * lock, which a start holds until its program runs: before that this root directory may still be the host's.
     */
    private Process process(Exec exec, ExecStartRequest body) throws IOException {
        Optional<ConsoleSize> size = body.consoleSize().or(exec.request::consoleSize);
        try (Locked container = context.lock(exec.containerId)) {
            running(container);
            if (!(context.status(container) instanceof Status.Running(int pid, boolean paused)) || pid == 0) {
                throw notRunning(exec.containerId);
            }
            try (Fd root = Open.absolute("/proc/" + pid + "/root", Open.How.directory())) {
                ContainerRecord linked = new Linking(context).withVariables(container.record(), false);
                return ExecSpec.process(exec.containerId, linked.request(), context.facts(), exec.request, size, root);
            } catch (ErrnoException e) {
                throw e.is(Errno.ENOENT) || e.is(Errno.ESRCH) ? notRunning(exec.containerId) : e; // it ended just now
            }
        }
    }

    private void watch(Exec exec, AttachClient client, Monitored monitored) {
        watchers.start("exec " + exec.id.substring(0, 12), exec::isOver, () -> {
            int code = MONITOR_LOST;
            try (client;
                    monitored) {
                Optional<AttachFrame> frame;
                do {
                    frame = client.next();
                    if (frame.isPresent() && frame.get() instanceof AttachFrame.Exit exit) {
                        code = exit.status().shell();
                    }
                } while (frame.isPresent() && !(frame.get() instanceof AttachFrame.Exit));
                exec.ended(code);
                monitored.awaitEnd();
                try (Locked container = context.look(exec.containerId)) {
                    tell(container, exec, "exec_die", Map.of("exitCode", Integer.toString(code)));
                    RemoveTree.remove(container.home().run(), exec.id);
                } catch (ApiException e) {
                    assert e.status() == ApiException.NOT_FOUND : e; // it was removed, and the directory with it
                }
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.ERROR, "exec " + exec.id + ": its end could not be seen to", e);
                exec.ended(code);
            }
        });
    }

    void resize(String id, int rows, int columns) throws IOException {
        Exec exec = exec(id);
        Optional<AttachClient> client = exec.watch();
        if (client.isEmpty()) {
            throw ApiException.conflict("exec " + id + " is not running");
        }
        client.get().resize(rows, columns);
    }
}

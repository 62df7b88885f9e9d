package dev.estiba.engine.container;

import dev.estiba.api.ApiException;
import dev.estiba.api.ContainerState;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.Event;
import dev.estiba.api.LogsOptions;
import dev.estiba.api.Resources;
import dev.estiba.engine.container.Context.Locked;
import dev.estiba.engine.why.Counters;
import dev.estiba.engine.why.ExitCode;
import dev.estiba.engine.why.Past;
import dev.estiba.engine.why.Verdict;
import dev.estiba.engine.why.Victims;
import dev.estiba.linux.KernelLog;
import dev.estiba.runtime.monitor.ExitRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code why}: puts together what is known of a container's last run. It reads only, and what nobody knows any more is left out. */
final class Diagnosing {
    /** What the epilogue has kept of the kernel's counters, beneath the run directory. */
    private static final String COUNTERS = "counters";

    private final Context context;
    private final Inspector inspector;
    private final Logs logs;

    Diagnosing(Context context, Inspector inspector, Logs logs) {
        this.context = context;
        this.inspector = inspector;
        this.logs = logs;
    }

    Diagnosis diagnose(String reference, int lines) throws IOException {
        try (Locked container = context.look(reference)) {
            Status status = context.shown(container);
            if (status.isOver()) {
                Removal.awaitMonitor(context, container); // what it has counted it writes down last of all
            }
            ContainerState state = inspector.state(container);
            String id = container.record().id();
            Optional<ExitRecord> exit = state.running() ? Optional.empty() : exit(container);
            int signal = exit.map(ExitRecord::signal).orElse(0);
            List<Event> events = context.events().of(id);
            Past past = Past.of(events, state);
            Counters counters = counters(container, state.running());
            Resources limits = container.record().request().hostConfig().resources();
            Optional<Diagnosis.Memory> memory = memory(container, state, counters, limits);
            Diagnosis.Processors processors = new Diagnosis.Processors(
                    milliProcessors(limits), counters.periods(), counters.stoppedPeriods(), counters.stopped());
            Diagnosis.Processes processes =
                    new Diagnosis.Processes(Math.max(0, limits.pidsLimit().orElse(0)), counters.refusedProcesses());
            boolean isCounted = !counters.numbers().isEmpty();
            Optional<Diagnosis.Processors> known = isCounted ? Optional.of(processors) : Optional.empty();
            Optional<Diagnosis.Processes> knownProcesses = isCounted ? Optional.of(processes) : Optional.empty();
            boolean isEnded = state.status().equals("exited") || state.restarting();
            return new Diagnosis(
                    id,
                    container.record().name(),
                    container.record().request().config().image(),
                    Verdict.of(state, signal, past, memory, known, knownProcesses),
                    state,
                    isEnded ? ExitCode.meaning(state.exitCode(), signal) : "",
                    signal > 0 ? ExitCode.name(signal) : "",
                    past.asked(),
                    memory,
                    known,
                    knownProcesses,
                    new Diagnosis.Restarts(
                            container
                                    .record()
                                    .request()
                                    .hostConfig()
                                    .restartPolicy()
                                    .name(),
                            container.home().life().restarts(),
                            past.ends()),
                    exit.map(ExitRecord::lost).orElse(0L),
                    log(id, lines));
        }
    }

    private static Optional<ExitRecord> exit(Locked container) throws IOException {
        Optional<byte[]> bytes = container.home().runFile(Observer.EXIT);
        return bytes.isEmpty() ? Optional.empty() : Optional.of(ExitRecord.parse(bytes.get()));
    }

    private Counters counters(Locked container, boolean isRunning) throws IOException {
        if (isRunning) {
            return Groups.of(context, container.record()).counters();
        }
        return container.home().runFile(COUNTERS).map(Counters::kept).orElse(Counters.NOTHING);
    }

    private Optional<Diagnosis.Memory> memory(
            Locked container, ContainerState state, Counters counters, Resources limits) throws IOException {
        String text = state.running()
                ? Groups.of(context, container.record()).memoryEvents()
                : container
                        .home()
                        .runFile(Observer.OUT_OF_MEMORY)
                        .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                        .orElse("");
        if (text.isEmpty() && counters.peak() == 0) {
            return Optional.empty();
        }
        long kills = Counters.kills(text);
        List<String> victims = kills == 0
                ? List.of()
                : KernelLog.text()
                        .map(log -> Victims.of(log, container.record().id()))
                        .orElse(List.of());
        return Optional.of(new Diagnosis.Memory(Math.max(0, limits.memory()), counters.peak(), kills, victims));
    }

    private static long milliProcessors(Resources limits) {
        if (limits.nanoCpus() > 0) {
            return limits.nanoCpus() / 1_000_000;
        }
        long period = limits.cpuPeriod() > 0 ? limits.cpuPeriod() : 100_000;
        return limits.cpuQuota() > 0 ? limits.cpuQuota() * 1000 / period : 0;
    }

    private List<String> log(String id, int lines) throws IOException {
        if (lines == 0) {
            return List.of();
        }
        List<String> last = new ArrayList<>();
        LogsOptions options = new LogsOptions(
                true, true, false, true, false, Optional.empty(), Optional.empty(), OptionalLong.of(lines));
        try {
            logs.read(id, options, (_, bytes) -> last.add(new String(bytes, StandardCharsets.UTF_8).stripTrailing()));
        } catch (ApiException e) {
            if (e.status() != ApiException.NOT_IMPLEMENTED) { // it has no log that can be read
                throw e;
            }
        }
        return last;
    }
}

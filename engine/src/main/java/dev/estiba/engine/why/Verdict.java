package dev.estiba.engine.why;

import dev.estiba.api.ContainerState;
import dev.estiba.api.Diagnosis;
import dev.estiba.api.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is known, in sentences: the cause first, then whatever else is worth to be known. */
public final class Verdict {
    private static final int KILLED = 137;
    private static final int SIGKILL = 9;

    private final ContainerState state;
    private final int signal;
    private final Past past;
    private final Optional<Diagnosis.Memory> memory;
    private final List<String> sentences = new ArrayList<>();

    private Verdict(ContainerState state, int signal, Past past, Optional<Diagnosis.Memory> memory) {
        this.state = state;
        this.signal = signal;
        this.past = past;
        this.memory = memory;
    }

    /** @param signal that has ended it; 0: none, or nobody knows */
    public static List<String> of(
            ContainerState state,
            int signal,
            Past past,
            Optional<Diagnosis.Memory> memory,
            Optional<Diagnosis.Processors> processors,
            Optional<Diagnosis.Processes> processes) {
        Verdict verdict = new Verdict(state, signal, past, memory);
        verdict.cause();
        verdict.limits(processors, processes);
        verdict.health();
        return verdict.sentences;
    }

    private void cause() {
        switch (state.status()) {
            case "created" ->
                sentences.add(
                        state.error().isEmpty()
                                ? "It has not been started."
                                : "It could not be started: " + state.error());
            case "running" -> sentences.add("It runs, since " + state.startedAt() + ".");
            case "paused" -> sentences.add("It is paused: its processes are stopped, and go on with unpause.");
            default -> end();
        }
        if (state.status().equals("restarting")) {
            sentences.add("It waits to be started again.");
        }
    }

    private void end() {
        if (!state.error().isEmpty()) {
            sentences.add(
                    state.error().startsWith("monitor-lost")
                            ? "Its monitor was killed, by somebody who may kill root's processes; it was ended then."
                            : "It has ended: " + state.error() + ".");
        } else if (isOutOfMemory()) {
            sentences.add("The kernel killed it for want of memory: " + memoryWords() + ".");
        } else if (isEndedAsAsked()) {
            sentences.add("It was asked to end (" + words() + "), and did, with " + state.exitCode() + ".");
        } else if (signal == SIGKILL && !past.asked().isEmpty()) {
            sentences.add(
                    past.asked().size() > 1
                            ? "It was asked to end (" + words()
                                    + "): it did not before its time was over, and was killed."
                            : "It was killed (" + words() + ").");
        } else if (signal > 0) {
            sentences.add(ExitCode.name(signal)
                    + (past.isKnown()
                            ? " ended it, and nobody has sent that by this engine: a process inside, another one of the host, or the kernel."
                            : " ended it; who has sent that nobody has written down (the daemon does)."));
        } else {
            sentences.add("It ended by itself, with " + state.exitCode() + ".");
        }
        if (memory.isPresent() && memory.get().kills() > 0 && !isOutOfMemory()) {
            sentences.add("The kernel has killed processes in it for want of memory: " + memoryWords() + ".");
        }
    }

    private boolean isOutOfMemory() {
        return memory.isPresent()
                && memory.get().kills() > 0
                && state.exitCode() == KILLED
                && past.asked().isEmpty();
    }

    private boolean isEndedAsAsked() {
        return !past.asked().isEmpty() && signal != SIGKILL;
    }

    private String words() {
        return String.join(
                ", ", past.asked().stream().map(Diagnosis.Asked::what).toList());
    }

    private String memoryWords() {
        Diagnosis.Memory known = memory.orElseThrow();
        List<String> words = new ArrayList<>();
        words.add(known.limit() > 0 ? "its limit is " + size(known.limit()) : "it has no limit of its own");
        if (known.peak() > 0) {
            words.add("the most it had was " + size(known.peak()));
        }
        if (!known.victims().isEmpty()) {
            words.add("killed: " + String.join(", ", known.victims()));
        } else {
            words.add(known.kills() + (known.kills() == 1 ? " process" : " processes"));
        }
        return String.join("; ", words);
    }

    public static String size(long bytes) {
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private void limits(Optional<Diagnosis.Processors> processors, Optional<Diagnosis.Processes> processes) {
        if (state.running() && memory.isPresent() && memory.get().kills() > 0) {
            sentences.add("The kernel has killed processes in it for want of memory: " + memoryWords() + ".");
        }
        processes
                .filter(known -> known.refused() > 0)
                .ifPresent(known -> sentences.add("It wanted more processes than its limit of " + known.limit()
                        + " allows, " + known.refused() + " times."));
        processors
                .filter(known -> known.stoppedPeriods() > 0)
                .ifPresent(known -> sentences.add(String.format(
                        Locale.ROOT,
                        "Its limit of %.2f processors held it back in %d of %d periods, for %.1f s altogether.",
                        known.limit() / 1000.0,
                        known.stoppedPeriods(),
                        known.periods(),
                        known.stopped() / 1e9)));
    }

    private void health() {
        Optional<Health> health = state.health();
        if (health.isPresent() && health.get().failingStreak() > 0) {
            sentences.add("Its health check has failed " + health.get().failingStreak() + " times in a row.");
        }
    }
}

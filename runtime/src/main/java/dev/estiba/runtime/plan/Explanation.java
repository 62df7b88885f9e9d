package dev.estiba.runtime.plan;

import dev.estiba.linux.number.Abi;
import dev.estiba.linux.number.Errno;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * A container's start in words for a person: why each group of steps is there, and, of a start that was traced, what each
 * step answered and how long it took.
 */
public final class Explanation implements Remarks {
    /** By the headings that the compile passes give. */
    private static final Map<String, String> WHY = Map.ofEntries(
            Map.entry(
                    "state",
                    "written before anything else is made, so that whoever is killed when, it is known what to remove"),
            Map.entry("namespaces", "what the container has of its own in the place of what the host has"),
            Map.entry("network", "a network namespace begins with its loopback interface down"),
            Map.entry("names", "its own host name"),
            Map.entry("limits", "what the kernel kills first, and how much of everything a process may take"),
            Map.entry("root file system", "mounted where the host cannot see it"),
            Map.entry(
                    "mounts",
                    "the kernel's own file systems, devices, and what was asked for; places are looked up beneath"
                            + " the root alone, so that no link of the image leads out"),
            Map.entry("/dev", "the few devices that every program expects"),
            Map.entry(
                    "cgroups",
                    "how much memory, time and how many processes it may take, and which devices it may open"),
            Map.entry("working directory", "made if it is missing; it must be inside of the root"),
            Map.entry("hooks", "other programs that want to see to the container at this point"),
            Map.entry("enter the root", "pivot_root(2): afterwards the host's tree is gone from the container's sight"),
            Map.entry("enter the jail", "chroot(2): paths begin here from now on; nothing else is hidden"),
            Map.entry("keep in", "signals and abstract sockets end at the jail's wall"),
            Map.entry("masked paths", "files of the kernel that tell about the host, or that crash it: covered"),
            Map.entry("read-only paths", "files of the kernel that change the host: no longer writable"),
            Map.entry("sysctl", "settings of its own network and ipc namespaces"),
            Map.entry("user", "who the program is, and which of root's powers are left"),
            Map.entry("seccomp", "which system calls are left to it"),
            Map.entry("terminal", "a terminal of the container's own; its other end goes to the monitor"),
            Map.entry("sockets", "who is to get the terminal"),
            Map.entry(
                    "init",
                    "the process that becomes the container's first one, and where the two wait for each other"),
            Map.entry("gate", "everything is made; the program waits for start"),
            Map.entry("program", "nothing of the host's is open any more but its input and output"),
            Map.entry("out of memory", "the kernel's counters, before their group goes"),
            Map.entry("kill what is left", "without a pid namespace the kernel does not do that"));

    private static final Map<Actor, String> WHO = Map.of(
            Actor.OUTER, "stays outside",
            Actor.INIT, "becomes the container's program",
            Actor.UNDO, "walked by outer when a step has failed: takes back what was begun",
            Actor.EPILOGUE, "walked when the container has ended",
            Actor.JOINER, "enters the running container");

    private static final int LEAST_ERROR = -4095;

    private final Optional<Trace> trace;
    private final Map<Actor, int[]> places;

    private Explanation(Optional<Trace> trace, Map<Actor, int[]> places) {
        this.trace = trace;
        this.places = places;
    }

    /** Of a start as it would be. */
    public static Explanation planned() {
        return new Explanation(Optional.empty(), Map.of());
    }

    /** Of a start as it was. */
    public static Explanation traced(Plan plan, Abi abi, Trace trace) {
        return new Explanation(Optional.of(trace), PlanEncoder.places(plan, abi));
    }

    @Override
    public String on(Actor actor) {
        return ", " + WHO.get(actor);
    }

    @Override
    public String on(String group) {
        String why = WHY.get(group);
        return why == null ? "" : " – " + why;
    }

    private Optional<Trace.Walked> walked(Actor actor, int step) {
        int[] words = places.get(actor);
        return words == null || step >= words.length || trace.isEmpty()
                ? Optional.empty()
                : trace.get().walked(actor, words[step]);
    }

    @Override
    public String on(Actor actor, int step) {
        if (trace.isEmpty()) {
            return "";
        }
        return walked(actor, step)
                .map(each -> String.format(Locale.ROOT, " = %s [%.1f µs]", answer(each.result()), each.nanos() / 1e3))
                .orElse(" [not walked]");
    }

    private static String answer(long result) {
        if (result < 0 && result >= LEAST_ERROR) {
            return Errno.of((int) -result).map(Errno::name).orElse(Long.toString(result));
        }
        return Long.toString(result);
    }

    @Override
    public void write(JsonGenerator out, Actor actor, int number, Step step) {
        String why = WHY.get(step.group());
        if (why != null) {
            out.writeStringProperty("why", why);
        }
        walked(actor, number).ifPresent(each -> {
            out.writeNumberProperty("answered", each.result());
            if (each.result() < 0 && each.result() >= LEAST_ERROR) {
                out.writeStringProperty("error", answer(each.result()));
            }
            out.writeNumberProperty("startMicros", each.start() / 1e3);
            out.writeNumberProperty("micros", each.nanos() / 1e3);
        });
    }
}

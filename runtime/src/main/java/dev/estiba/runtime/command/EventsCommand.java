package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code events}. A plan always ends, and this command does not: each plan waits for one interval, prints, and executes
 * the program again, which neither grows nor keeps a planner busy while it waits.
 */
final class EventsCommand {
    /** What the program tells itself: that it is not the first time, so that a container that has ended is no failure. */
    static final String AGAIN = "again";

    /** And how often the kernel had killed in a version 2 group for want of memory when it looked last. */
    static final String KILLED = "killed";

    /** Where the eventfd for out-of-memory events stays from one time to the next: it must not miss one between. */
    private static final int OOM_DESCRIPTOR = 200;

    private static final int OOM_PER_INTERVAL = 16;
    private static final long POLLIN = 1L << 32;
    private static final int REVENTS_AT = 6;
    private static final int FILE_CAP = 64 << 10;
    private static final int SIGNAL_SET = 8;
    private static final int DIGITS = 20;
    private static final int EFD_CLOEXEC = 02000000;
    private static final long NANOS = 1_000_000_000L;

    private static final Pattern DURATION = Pattern.compile("(?:\\d{1,9}(?:\\.\\d{1,9})?(?:ns|us|µs|ms|s|m|h))+");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");

    private EventsCommand() {}

    static Answer answer(Request request, Container container, CommandLine line) throws UsageException {
        Duration interval = interval(line.option("interval").orElse("5s"));
        boolean once = line.flag("stats");
        boolean again = line.flag(AGAIN);
        long before = count(line.option(KILLED).orElse("0"));
        Existing in = new Existing(container);
        in.askStatus();
        Label alive = in.outer.label();
        in.outer.jump(alive, in.status.pidfd(), Compare.AT_LEAST, Arg.ZERO, "it is alive");
        if (again) {
            in.outer.exit(Arg.ZERO, "it has ended");
        } else {
            in.outer.fail(Errno.ESRCH, "container with id " + container.id() + " is not running");
        }
        in.outer.place(alive);
        Rounds rounds = new Rounds(request, container, in.status.pidfd(), interval);
        boolean first = !once && !again;
        if (first && container.unified().isEmpty()) {
            container.cgroup("memory").ifPresent(group -> listen(in, group));
            rounds.next(in.plan, in.outer, 0);
            return in.done();
        }
        collect(in);
        in.outer.goOn("learn what to print");
        return Answer.of(in.plan.build(), more -> {
            PlanBuilder plan = in.plan.successor();
            Script outer = plan.actor(Actor.OUTER);
            Map<String, String> texts = texts(more);
            long killed = StatsV2.killed(texts);
            if (!first) {
                boolean unified = container.unified().isPresent();
                // Version 2 has no events of lacking memory but a counter, so they are told when an interval ends.
                if (unified && again && killed > before) {
                    Messages.write(plan, outer, StatsDocument.oom(container.id()));
                }
                Messages.write(
                        plan,
                        outer,
                        unified ? StatsV2.event(container.id(), texts) : StatsV1.event(container.id(), texts));
            }
            if (!once) {
                rounds.next(plan, outer, killed);
            }
            outer.exit(Arg.ZERO, "end");
            return Answer.of(plan.build());
        });
    }

    /** From one time to the next: with the last plan of a connection, so that no planner waits too. */
    private record Rounds(Request request, Container container, Register pidfd, Duration interval) {
        void next(PlanBuilder plan, Script outer, long killed) {
            waitAnInterval(plan, outer, this);
            List<String> words = request.strings(Tag.ARGV);
            List<String> argv = new ArrayList<>(List.of("estiba-oci"));
            for (String word : words) {
                if (word.equals("--" + AGAIN) || word.startsWith("--" + KILLED + "=")) {
                    continue;
                }
                argv.add(word);
                if (word.equals("events") && !argv.contains("--" + AGAIN)) {
                    argv.add("--" + AGAIN);
                    if (container.unified().isPresent()) {
                        argv.add("--" + KILLED + "=" + killed);
                    }
                }
            }
            outer.run(
                    Calls.EXECVE,
                    "go on with the next interval",
                    plan.string("/proc/self/exe"),
                    plan.strings(argv),
                    plan.strings(request.strings(Tag.ENVIRONMENT)));
        }
    }

    private static Map<String, String> texts(Request more) {
        Map<String, String> texts = new HashMap<>();
        String name = "";
        for (Buffer buffer : more.buffers()) {
            String text = new String(buffer.bytes(), StandardCharsets.UTF_8);
            if (buffer.tag() == Tag.NAME) {
                name = text;
            } else if (buffer.tag() == Tag.FILE) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    private static long count(String text) throws UsageException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException("invalid value \"" + text + "\" for flag -" + KILLED + ": parse error");
        }
    }

    /** Each file by its name, and its text. */
    private static void collect(Existing in) {
        in.outer.group("statistics");
        in.container.unified().ifPresent(group -> StatsV2.FILES.forEach(file -> collect(in, group, file)));
        StatsV1.FILES.forEach((controller, files) ->
                in.container.cgroup(controller).ifPresent(group -> files.forEach(file -> collect(in, group, file))));
        in.outer.ask("tell the planner", Arg.of(Tag.PROBE.number()), in.plan.words(0), Arg.of(Long.BYTES));
    }

    private static void collect(Existing in, String group, String file) {
        Script outer = in.outer;
        OnFailure missing = OnFailure.tolerate("not every kernel has every file, and the container may end any time");
        String path = group + "/" + file;
        Register opened = outer.get(
                Calls.OPENAT,
                missing,
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(path),
                Arg.of(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        Register bytes = outer.readAll(opened, FILE_CAP, missing, "read " + path);
        outer.collect(
                "keep it for the planner",
                Arg.of(Tag.NAME.number()),
                in.plan.string(file),
                Arg.of(file.length()),
                Arg.of(Tag.FILE.number()),
                bytes,
                bytes.next());
        outer.run(Calls.CLOSE, missing, "close " + path, opened);
    }

    /** ppoll(2) itself leaves in the timeout what is left of it, so events in between do not make an interval longer. */
    private static void waitAnInterval(PlanBuilder plan, Script outer, Rounds rounds) {
        outer.group("wait");
        Container container = rounds.container();
        Duration interval = rounds.interval();
        Optional<String> memory = container.cgroup("memory");
        Data polls = plan.words(POLLIN, POLLIN);
        Data left = plan.words(interval.getSeconds(), interval.getNano());
        Data counter = plan.space(8, 8);
        Register ready = plan.register();
        Register events = plan.register();
        Label over = outer.label();
        outer.store(polls, 4, rounds.pidfd(), "watch init");
        outer.store(
                new Data(polls.offset() + 8),
                4,
                Arg.of(memory.isPresent() ? OOM_DESCRIPTOR : -1),
                "and for lack of memory");
        for (int i = 0; i < OOM_PER_INTERVAL; i++) {
            outer.get(
                    ready,
                    Calls.PPOLL,
                    OnFailure.STOP,
                    "wait for the interval's end",
                    polls,
                    Arg.of(2),
                    left,
                    Arg.ZERO,
                    Arg.of(SIGNAL_SET));
            outer.jump(over, ready, Compare.EQUAL, Arg.ZERO, "it is over");
            Label goesOn = outer.label();
            outer.load(events, new Data(polls.offset() + REVENTS_AT), 2, "what is with init");
            outer.jump(goesOn, events, Compare.EQUAL, Arg.ZERO, "it lives");
            outer.exit(Arg.ZERO, "the container has ended");
            outer.place(goesOn);
            outer.run(Calls.READ, "take the event", Arg.of(OOM_DESCRIPTOR), counter, Arg.of(8));
            memory.ifPresent(group -> groupIsThere(plan, outer, group));
            Messages.write(plan, outer, StatsDocument.oom(container.id()));
        }
        outer.place(over);
    }

    /** kernel: admin-guide/cgroup-v1/memory.rst, "OOM Control". */
    private static void listen(Existing in, String group) {
        Script outer = in.outer;
        Register event = outer.get(Calls.EVENTFD2, "make an eventfd", Arg.ZERO, Arg.of(EFD_CLOEXEC));
        outer.run(Calls.DUP3, "keep it", event, Arg.of(OOM_DESCRIPTOR), Arg.ZERO);
        Register control = outer.get(
                Calls.OPENAT,
                "open " + group + "/memory.oom_control",
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(group + "/memory.oom_control"),
                Arg.of(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        Register registry = outer.get(
                Calls.OPENAT,
                "open " + group + "/cgroup.event_control",
                Arg.of(Flags.AT_FDCWD),
                in.plan.string(group + "/cgroup.event_control"),
                Arg.of(Flags.O_WRONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        // "200 N": what follows the digits is a NUL, at which the kernel stops reading.
        String before = OOM_DESCRIPTOR + " ";
        Data text = in.plan.bytes((before + " ".repeat(DIGITS)).getBytes(StandardCharsets.US_ASCII), 8);
        outer.format(new Data(text.offset() + before.length()), DIGITS, control, "the descriptor to listen to");
        outer.run(Calls.WRITE, "ask for events of " + group, registry, text, Arg.of(before.length() + DIGITS));
        outer.run(Calls.CLOSE, "close " + group + "/cgroup.event_control", registry);
    }

    /** The end of a group wakes its listeners too. */
    private static void groupIsThere(PlanBuilder plan, Script outer, String group) {
        Label there = outer.label();
        Register opened = outer.get(
                Calls.OPENAT,
                OnFailure.tolerate("then this was the end of the group", Errno.ENOENT),
                "look for " + group,
                Arg.of(Flags.AT_FDCWD),
                plan.string(group),
                Arg.of(Flags.O_PATH | Flags.O_CLOEXEC),
                Arg.ZERO);
        outer.jump(there, opened, Compare.AT_LEAST, Arg.ZERO, "it is there");
        outer.exit(Arg.ZERO, "the container has ended");
        outer.place(there);
        outer.run(Calls.CLOSE, "close " + group, opened);
    }

    /** Go's notation: {@code 1m30s}, {@code 500ms}. */
    static Duration interval(String text) throws UsageException {
        if (text.equals("0") || text.startsWith("-")) {
            throw new UsageException("duration interval must be greater than 0");
        }
        if (!DURATION.matcher(text).matches()) {
            throw new UsageException("invalid value \"" + text + "\" for flag -interval: parse error");
        }
        double nanos = 0;
        Matcher part = DURATION_PART.matcher(text);
        while (part.find()) {
            nanos += Double.parseDouble(part.group(1)) * unit(part.group(2));
        }
        if (nanos < 1 || nanos > Long.MAX_VALUE) {
            throw new UsageException("duration interval must be greater than 0");
        }
        return Duration.ofNanos((long) nanos);
    }

    private static double unit(String name) {
        return switch (name) {
            case "ns" -> 1;
            case "us", "µs" -> 1_000;
            case "ms" -> 1_000_000;
            case "s" -> NANOS;
            case "m" -> 60.0 * NANOS;
            default -> 3600.0 * NANOS;
        };
    }
}

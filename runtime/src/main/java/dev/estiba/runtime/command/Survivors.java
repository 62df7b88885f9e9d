package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Buffer;
import dev.estiba.runtime.planner.Request.Tag;
import dev.estiba.runtime.record.InitRecord;
import dev.estiba.runtime.record.Survivor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The end of a delete whose processes do not end. Who they are is known when it has failed only, so the executor is asked
 * twice: which processes there are, and what each of them waits in.
 */
final class Survivors {
    /** Who explains it is among the first ones, or nobody looks for him. */
    private static final int LOOKED_AT = 64;

    private static final String FROZEN = "frozen";
    private static final long FILE_CAP = 4096;
    private static final List<String> FILES = List.of("stat", "wchan");
    private static final OnFailure ENDED = OnFailure.tolerate("it has ended meanwhile");

    private Survivors() {}

    /** Ends the walk: the plan needs {@link #continuation} for what is told here. */
    static void fail(Existing in) {
        Script outer = in.outer.group("who is left");
        in.container.anyCgroup().ifPresent(group -> {
            Label gone = outer.label();
            Register directory = Groups.open(in, group);
            outer.jump(gone, directory, Compare.LESS, Arg.ZERO, "the group is gone");
            outer.collectPids(directory, Tag.PIDS.number(), ENDED, "list the processes of " + group);
            outer.place(gone);
        });
        freezer(in.container).ifPresent(path -> collect(in.plan, outer, path, FROZEN));
        outer.ask("tell the planner", Arg.of(Tag.PROBE.number()), in.plan.words(0), Arg.of(Long.BYTES));
        outer.goOn("learn whom to look at");
    }

    /** Where the kernel says whether the container is frozen, by a group above its own too. */
    private static Optional<String> freezer(Container container) {
        return container
                .cgroup("freezer")
                .map(group -> group + "/freezer.state")
                .or(() -> container.unified().map(group -> group + "/cgroup.events"));
    }

    private static boolean isFrozen(Request more) {
        String text = new String(more.bytes(Tag.FILE).orElse(new byte[0]), StandardCharsets.US_ASCII);
        return text.startsWith("FR") || text.contains("frozen 1\n");
    }

    private static Answer last(PlanBuilder plan, String sentence) {
        plan.actor(Actor.OUTER).onFailure("", 1).fail(Errno.ETIMEDOUT, sentence);
        return Answer.of(plan.build());
    }

    static Answer.Continuation continuation(Existing in, String sentence) {
        return more -> {
            PlanBuilder plan = in.plan.successor();
            if (isFrozen(more)) {
                String group = in.container.anyCgroup().orElse("");
                return last(plan, sentence + ": " + Survivor.frozen(group));
            }
            Script outer = plan.actor(Actor.OUTER).onFailure("", 1).group("who is left");
            Set<Integer> pids = new LinkedHashSet<>();
            in.container.init().map(InitRecord::pid).ifPresent(pids::add);
            pids.addAll(PsCommand.pids(more));
            pids.stream()
                    .limit(LOOKED_AT)
                    .forEach(pid ->
                            FILES.forEach(file -> collect(plan, outer, "/proc/" + pid + "/" + file, pid + " " + file)));
            outer.ask("tell the planner", Arg.of(Tag.PROBE.number()), plan.words(0), Arg.of(Long.BYTES));
            outer.goOn("learn what to say");
            return Answer.of(plan.build(), texts -> {
                String who = Survivor.sentence(survivors(texts));
                return last(plan.successor(), who.isEmpty() ? sentence : sentence + ": " + who);
            });
        };
    }

    private static void collect(PlanBuilder plan, Script outer, String path, String name) {
        Register opened = outer.get(
                Calls.OPENAT,
                ENDED,
                "open " + path,
                Arg.of(Flags.AT_FDCWD),
                plan.string(path),
                Arg.of(Flags.O_RDONLY | Flags.O_CLOEXEC),
                Arg.ZERO);
        Label gone = outer.label();
        outer.jump(gone, opened, Compare.LESS, Arg.ZERO, "it is gone");
        Register bytes = outer.readAll(opened, FILE_CAP, ENDED, "read " + path);
        outer.run(Calls.CLOSE, ENDED, "close " + path, opened);
        outer.jump(gone, bytes, Compare.LESS, Arg.ZERO, "it has ended");
        outer.collect(
                "keep it for the planner",
                Arg.of(Tag.NAME.number()),
                plan.string(name),
                Arg.of(name.length()),
                Arg.of(Tag.FILE.number()),
                bytes,
                bytes.next());
        outer.place(gone);
    }

    private static List<Survivor> survivors(Request more) {
        List<Survivor> all = new ArrayList<>();
        String name = "";
        int pid = 0;
        String stat = "";
        for (Buffer buffer : more.buffers()) {
            String text = new String(buffer.bytes(), StandardCharsets.UTF_8);
            if (buffer.tag() == Tag.NAME) {
                name = text;
            } else if (buffer.tag() == Tag.FILE && name.endsWith(" stat")) {
                pid = Integer.parseInt(name.substring(0, name.indexOf(' ')));
                stat = text;
            } else if (buffer.tag() == Tag.FILE && name.equals(pid + " wchan")) {
                all.add(Survivor.of(pid, stat, text));
            }
        }
        return all;
    }
}

package dev.estiba.runtime.command;

import dev.estiba.linux.number.Errno;
import dev.estiba.oci.json.DocumentException;
import dev.estiba.oci.runtime.ConfigReader;
import dev.estiba.oci.runtime.IntelRdt;
import dev.estiba.oci.runtime.Linux;
import dev.estiba.runtime.compile.CacheControl;
import dev.estiba.runtime.compile.Calls;
import dev.estiba.runtime.compile.Flags;
import dev.estiba.runtime.compile.HookSteps;
import dev.estiba.runtime.plan.Actor;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.PlanBuilder;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import dev.estiba.runtime.planner.Request;
import dev.estiba.runtime.planner.Request.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * {@code delete}: removes what a container has, in an order that can be taken up again after being killed anywhere.
 *
 * <p>The record goes last but for its directory; it was written before anything else was made, so whatever state a
 * killed create has left, it is either recorded or is nothing but the directory.
 */
final class DeleteCommand {
    /** In the order in which they go. */
    private static final List<String> FILES =
            List.of(StatusSteps.GATE, "init", "init.new", "config.json", "state.json.new", "state.json");

    private static final int STATX_INO_AT = 32;
    private static final long PATIENCE_SECONDS = 10;
    private static final int SIGNAL_SET = 8;

    private DeleteCommand() {}

    static Answer answer(Container container, Optional<IntelRdt> cacheControl, boolean force, boolean jsonLog) {
        String id = container.id();
        Existing in = new Existing(container);
        in.lock();
        refuseGone(in.plan, in.outer, id, force);
        in.askStatus();
        if (!force) {
            for (Status alive : List.of(Status.RUNNING, Status.PAUSED)) {
                in.refuse(alive, "cannot delete container " + id + " that is not stopped: " + alive.text());
            }
        }
        kill(in);
        Groups.remove(in);
        cacheControl.ifPresent(had -> CacheControl.remove(in.plan, in.outer, had, id));
        removeFiles(in.plan, in.outer, id);
        poststop(in, jsonLog);
        in.outer.exit(Arg.ZERO, "end");
        String sentence =
                "container " + id + " still has processes " + PATIENCE_SECONDS + " seconds after it was killed";
        return Answer.of(in.plan.build(), Survivors.continuation(in, sentence));
    }

    /**
     * What a container has in resctrl is in its configuration alone. Few have anything: it is read only when it may say so.
     * One that cannot be read any more, nothing was made from.
     */
    static Optional<IntelRdt> cacheControl(Request request) {
        Optional<byte[]> config = request.bytes(Tag.CONFIG)
                .filter(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains("\"intelRdt\""));
        if (config.isEmpty()) {
            return Optional.empty();
        }
        try {
            return ConfigReader.read(config.get()).linux().flatMap(Linux::intelRdt);
        } catch (DocumentException e) {
            return Optional.empty();
        }
    }

    /** Each failure is a warning, and the others still run (runtime.md, "Lifecycle", step 13). */
    private static void poststop(Existing in, boolean jsonLog) {
        var record = in.container.record();
        List<Register> answers = new HookSteps(in.plan, record.id(), record.bundle(), record.annotations())
                .run(in.outer, "poststop", record.poststop(), "stopped", Arg.ZERO, true);
        for (int i = 0; i < answers.size(); i++) {
            Label fine = in.outer.label();
            in.outer.jump(fine, answers.get(i), Compare.AT_LEAST, Arg.ZERO, "it has succeeded");
            Messages.warn(
                    in.plan,
                    in.outer,
                    jsonLog,
                    "poststop hook #" + i + " failed: "
                            + record.poststop().get(i).path());
            in.outer.place(fine);
        }
    }

    /** With --force, of what has no record that can be read: nothing was made beside it. */
    static Answer withoutRecord(String id, boolean recordSeen) {
        PlanBuilder plan = new PlanBuilder();
        Script outer = plan.actor(Actor.OUTER).group("state");
        Label nothing = outer.label();
        outer.jump(nothing, Reserved.STATE, Compare.LESS, Arg.ZERO, "there is nothing");
        outer.run(Calls.FLOCK, "lock the state directory", Reserved.STATE, Arg.of(Flags.LOCK_EX));
        refuseGone(plan, outer, id, true);
        if (!recordSeen) {
            Existing.refuseNew(plan, outer, id, "state.json");
        }
        removeFiles(plan, outer, id);
        outer.place(nothing);
        outer.exit(Arg.ZERO, "end");
        return Answer.of(plan.build());
    }

    /** While this waited for the lock, another delete may have ended, and another container got the name. */
    private static void refuseGone(PlanBuilder plan, Script outer, String id, boolean goneIsFine) {
        Data statx = plan.space(Flags.STATX_SIZE, 8);
        Register named = plan.register();
        Register own = plan.register();
        Label gone = outer.label();
        Label there = outer.label();
        Register found = outer.get(
                Calls.STATX,
                OnFailure.tolerate("then it is gone", Errno.ENOENT),
                "look for the state directory of " + id,
                Reserved.ROOT,
                plan.string(id),
                Arg.of(Flags.AT_SYMLINK_NOFOLLOW),
                Arg.of(Flags.STATX_BASIC),
                statx);
        outer.jump(gone, found, Compare.LESS, Arg.ZERO, "nothing has its name");
        outer.load(named, new Data(statx.offset() + STATX_INO_AT), 8, "its number");
        outer.run(
                Calls.STATX,
                "look at the locked state directory",
                Reserved.STATE,
                plan.string(""),
                Arg.of(Flags.AT_EMPTY_PATH),
                Arg.of(Flags.STATX_BASIC),
                statx);
        outer.load(own, new Data(statx.offset() + STATX_INO_AT), 8, "its number");
        outer.jump(there, own, Compare.EQUAL, named, "it is that one");
        outer.place(gone);
        if (goneIsFine) {
            outer.exit(Arg.ZERO, "it is deleted already");
        } else {
            outer.fail(Errno.ENOENT, Container.UNKNOWN);
        }
        outer.place(there);
    }

    private static void kill(Existing in) {
        Script outer = in.outer.group("kill");
        Label ended = outer.label();
        outer.jump(ended, in.status.pidfd(), Compare.LESS, Arg.ZERO, "init has ended");
        outer.run(
                Calls.PIDFD_SEND_SIGNAL,
                OnFailure.tolerate("it has ended meanwhile", Errno.ESRCH),
                "kill init",
                in.status.pidfd(),
                Arg.of(Flags.SIGKILL),
                Arg.ZERO,
                Arg.ZERO);
        outer.place(ended);
        Groups.thaw(in);
        Label waited = outer.label();
        outer.jump(waited, in.status.pidfd(), Compare.LESS, Arg.ZERO, "there is nobody to wait for");
        waitForEnd(in);
        outer.place(waited);
        Groups.killAll(in);
    }

    private static void waitForEnd(Existing in) {
        Data poll = in.plan.words(1L << 32);
        in.outer.store(poll, 4, in.status.pidfd(), "name init's descriptor for poll");
        Register ended = in.outer.get(
                Calls.PPOLL,
                "wait until init has ended",
                poll,
                Arg.of(1),
                in.plan.words(PATIENCE_SECONDS, 0),
                Arg.ZERO,
                Arg.of(SIGNAL_SET));
        Label over = in.outer.label();
        in.outer.jump(over, ended, Compare.AT_LEAST, Arg.of(1), "it has");
        Survivors.fail(in);
        in.outer.place(over);
    }

    private static void removeFiles(PlanBuilder plan, Script outer, String id) {
        outer.group("state");
        OnFailure gone = OnFailure.tolerate("it was never made", Errno.ENOENT);
        for (String name : FILES) {
            outer.run(Calls.UNLINKAT, gone, "remove " + name, Reserved.STATE, plan.string(name), Arg.ZERO);
        }
        outer.run(
                Calls.UNLINKAT,
                gone,
                "remove the state directory of " + id,
                Reserved.ROOT,
                plan.string(id),
                Arg.of(Flags.AT_REMOVEDIR));
    }
}

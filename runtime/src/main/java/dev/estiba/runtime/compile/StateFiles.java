package dev.estiba.runtime.compile;

import static dev.estiba.runtime.compile.Assembly.imm;

import dev.estiba.linux.number.Errno;
import dev.estiba.runtime.plan.Arg;
import dev.estiba.runtime.plan.Arg.Data;
import dev.estiba.runtime.plan.Arg.Register;
import dev.estiba.runtime.plan.Compare;
import dev.estiba.runtime.plan.Label;
import dev.estiba.runtime.plan.OnFailure;
import dev.estiba.runtime.plan.Reserved;
import dev.estiba.runtime.plan.Script;
import java.nio.charset.StandardCharsets;

/**
 * A container's directory beneath --root.
 *
 * <p>{@code state.json} and {@code config.json} are written once, before anything else is made, and never change: from
 * then on delete knows what to remove, whoever is killed. {@code init} names the process, by rename, before the process
 * can pass the first barrier. {@code exec.fifo} is the gate: while it is there, the container waits for start. Nothing
 * states a status: it is asked of the kernel each time, so no file can lie.
 *
 * <p>Locks (flock(2)): the state directory's is the only one that a plan takes, and nothing is waited for under it but
 * the container's own init and hooks. A start holds it from the moment that the directory is there until init is
 * recorded and its program, or its gate, is reached; delete and start wait for that.
 */
final class StateFiles {
    static final String RECORD = "state.json";
    static final String CONFIG = "config.json";
    static final String INIT = "init";
    static final String GATE = "exec.fifo";

    private static final int FIELD = 20;

    private final Assembly in;
    private final Register gate;
    private final Register made;

    StateFiles(Assembly in) {
        this.in = in;
        this.gate = in.plan.register();
        this.made = in.plan.register();
    }

    /** The gate's descriptor, open for reading and writing, so that opening it never waits. */
    Register gate() {
        return gate;
    }

    void create(byte[] record, byte[] config, boolean gated) {
        Script outer = in.outer.group("state");
        String id = in.request.id();
        outer.get(
                made,
                Calls.MKDIRAT,
                OnFailure.tolerate("the next step says so in other words", Errno.EEXIST),
                "make the state directory of " + id,
                Reserved.ROOT,
                in.string(id),
                imm(0711));
        outer.check(
                made,
                -1,
                Compare.NOT_EQUAL,
                imm(-Errno.EEXIST.number()),
                Errno.EEXIST,
                "container with given ID already exists",
                true);
        outer.get(
                in.state,
                Calls.OPENAT,
                OnFailure.STOP,
                "open the state directory of " + id,
                Reserved.ROOT,
                in.string(id),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC | in.machine.directory() | in.machine.noFollow()),
                Arg.ZERO);
        outer.run(Calls.FLOCK, "lock the state directory", in.state, imm(Flags.LOCK_EX));
        write(outer, CONFIG, in.plan.bytes(config, 1), config.length);
        // By rename: between its creation and its last byte it would be a record that nobody can follow.
        write(outer, RECORD + ".new", in.plan.bytes(record, 1), record.length);
        outer.run(Calls.RENAMEAT, "name the record", in.state, in.string(RECORD + ".new"), in.state, in.string(RECORD));
        if (gated) {
            outer.run(Calls.MKNODAT, "make the gate", in.state, in.string(GATE), imm(Flags.S_IFIFO | 0600), Arg.ZERO);
            outer.get(
                    gate,
                    Calls.OPENAT,
                    OnFailure.STOP,
                    "open the gate",
                    in.state,
                    in.string(GATE),
                    imm(Flags.O_RDWR | Flags.O_CLOEXEC),
                    Arg.ZERO);
        }
    }

    private void write(Script script, String name, Data bytes, int length) {
        Register file = script.get(
                Calls.OPENAT,
                "create " + name,
                in.state,
                in.string(name),
                imm(Flags.O_WRONLY | Flags.O_CREAT | Flags.O_EXCL | Flags.O_CLOEXEC),
                imm(0600));
        script.writeAll(file, bytes, imm(length), OnFailure.STOP, "write " + name);
        script.run(Calls.CLOSE, "close " + name, file);
    }

    /** {@code {"pid": N,"start": T}}: the process, and when it started, which tells it from a later one of that number. */
    void recordInit(Register pid) {
        Script outer = in.outer.group("state");
        Register start = outer.startTime(pid, OnFailure.STOP, "ask when init was started");
        String before = "{\"pid\":";
        String between = ",\"start\":";
        String text = before + " ".repeat(FIELD) + between + " ".repeat(FIELD) + "}\n";
        Data bytes = in.plan.bytes(text.getBytes(StandardCharsets.US_ASCII), 1);
        outer.formatField(new Data(bytes.offset() + before.length()), FIELD, pid, "its pid");
        outer.formatField(
                new Data(bytes.offset() + before.length() + FIELD + between.length()), FIELD, start, "its start time");
        write(outer, INIT + ".new", bytes, text.length());
        outer.run(Calls.RENAMEAT, "name init", in.state, in.string(INIT + ".new"), in.state, in.string(INIT));
    }

    /** Removes the directory, if {@link #create} has made it, even if it could not be opened then. */
    void remove(Script script) {
        Label not = script.label();
        script.jump(not, made, Compare.NOT_EQUAL, Arg.ZERO, "it was not made here");
        removeAll(script);
        script.place(not);
    }

    private void removeAll(Script script) {
        OnFailure gone = OnFailure.tolerate("it was never made", Errno.ENOENT);
        for (String name : new String[] {GATE, INIT, INIT + ".new", CONFIG, RECORD + ".new", RECORD}) {
            script.run(Calls.UNLINKAT, gone, "remove " + name, in.state, in.string(name), Arg.ZERO);
        }
        script.run(
                Calls.UNLINKAT,
                gone,
                "remove the state directory of " + in.request.id(),
                Reserved.ROOT,
                in.string(in.request.id()),
                imm(Flags.AT_REMOVEDIR));
    }

    /** Removes the directory that an earlier plan has made. */
    void removeAfterwards(Script script) {
        script.group("state");
        script.get(
                in.state,
                Calls.OPENAT,
                OnFailure.tolerate("somebody else has removed it", Errno.ENOENT),
                "open the state directory of " + in.request.id(),
                Reserved.ROOT,
                in.string(in.request.id()),
                imm(Flags.O_RDONLY | Flags.O_CLOEXEC | in.machine.directory() | in.machine.noFollow()),
                Arg.ZERO);
        Label not = script.label();
        script.jump(not, in.state, Compare.LESS, Arg.ZERO, "there is no state");
        removeAll(script);
        script.place(not);
    }

    /** Said and not left to the descriptor's end: init may have a copy of it, and who waits in the foreground keeps it. */
    void unlock() {
        in.outer.group("state").run(Calls.FLOCK, "unlock the state directory", in.state, imm(Flags.LOCK_UN));
        in.outer.group("init");
    }

    /** The caller's pid file: complete when its name appears. */
    void pidFile(Register pid) {
        if (in.request.pidFile().isEmpty()) {
            return;
        }
        Script outer = in.outer.group("state");
        String path = Paths.resolve(
                in.request.caller().directory(), in.request.pidFile().get());
        int slash = path.lastIndexOf('/');
        String temporary = path.substring(0, slash + 1) + "." + path.substring(slash + 1);
        String what = "write the pid file " + path;
        Data digits = in.plan.space(FIELD, 8);
        Register length = outer.formatted(digits, FIELD, pid, "its text");
        Register file = outer.get(
                Calls.OPENAT,
                what,
                imm(Flags.AT_FDCWD),
                in.string(temporary),
                imm(Flags.O_WRONLY | Flags.O_CREAT | Flags.O_TRUNC | Flags.O_CLOEXEC | in.machine.noFollow()),
                imm(0666 & ~in.request.caller().umask()));
        outer.writeAll(file, digits, length, OnFailure.STOP, what);
        outer.run(Calls.CLOSE, what, file);
        outer.run(
                Calls.RENAMEAT, what, imm(Flags.AT_FDCWD), in.string(temporary), imm(Flags.AT_FDCWD), in.string(path));
        Script undo = in.undo;
        undo.run(Calls.UNLINKAT, "remove the pid file", imm(Flags.AT_FDCWD), in.string(temporary), Arg.ZERO);
    }
}
